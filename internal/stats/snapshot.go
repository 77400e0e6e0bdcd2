package stats

import (
	"slices"

	"github.com/hopperband/hopperband/tasks"
)

// A Series is what happened to the requests of one (method, name) since New. It only ever
// rises.
type Series struct {
	Method, Name string
	Overflow     bool // it is the one that all names beyond the maximum share

	Succeeded, Failed Outcome
	Reasons           [tasks.Reasons]int64 // failed requests by why they failed
	Interrupted       int64                // requests cut off by the forced end of their user; no outcomes
	Length            int64                // bytes
}

// An Outcome is what there is of requests that ended alike.
type Outcome struct {
	Requests     int64 // finished requests
	NoneRequests int64 // those of them without a response time

	ResponseTime float64 // sum in seconds
	// Classic counts the response times up to each of ClassicBounds and, last, all of them:
	// each bucket contains those before it, as in Prometheus. It is nil without requests.
	Classic []int64
	// Native counts the response times in the buckets of Prometheus's schema 5, by
	// ascending index: bucket i holds those in (2^((i-1)/32), 2^(i/32)] seconds.
	Native []Count
	Zero   int64 // response times of zero: Prometheus's zero bucket, with a threshold of 0
}

// Snapshot returns the counters of each (method, name) that has any, in the order in which
// they first occurred. Each series is consistent in itself.
func (s *Stats) Snapshot() []Series {
	s.flush()
	var series []Series
	overflow := s.overflow()
	s.eachEntry(func(e *entry) {
		if e.archive.requests()+e.pending.requests()+e.interrupted > 0 {
			x := e.series(s.scale)
			x.Overflow = e == overflow
			series = append(series, x)
		}
	})
	return series
}

func (e *entry) series(s *scale) Series {
	x := Series{
		Method: e.method, Name: e.name, Interrupted: e.interrupted,
		Length:    e.archive.length + e.pending.length,
		Succeeded: outcomeOf(&e.archive.succeeded, &e.pending.succeeded, s),
	}
	var parts [2]*outcome
	for i, f := range []*failures{e.archive.failed, e.pending.failed} {
		if f == nil {
			continue
		}
		parts[i] = &f.outcome
		for r, n := range f.reasons {
			x.Reasons[r] += n
		}
	}
	x.Failed = outcomeOf(parts[0], parts[1], s)
	return x
}

// outcomeOf returns the sum of two outcomes, either of which may be nil.
func outcomeOf(a, b *outcome, s *scale) (x Outcome) {
	var total timeSum
	for _, o := range []*outcome{a, b} {
		if o != nil && o.requests > 0 {
			total.add(o.total)
			x.add(o, s)
		}
	}
	x.ResponseTime = total.seconds()
	for i := range x.Classic[min(1, len(x.Classic)):] {
		x.Classic[i+1] += x.Classic[i]
	}
	return x
}

// add adds all but the response times' sum. The classic buckets are apart until the end.
func (x *Outcome) add(o *outcome, s *scale) {
	x.Requests += o.requests
	x.NoneRequests += o.none
	if x.Classic == nil {
		x.Classic = make([]int64, classicBounds+1)
	}
	native := slices.Grow([]Count(nil), o.times.size())
	for c, n := range o.times.all(s) {
		x.Classic[c.classic] += n
		if c.zero {
			x.Zero += n
			continue
		}
		native = appendCount(native, int64(c.native), n)
	}
	switch {
	case len(native) == 0:
	case x.Native == nil:
		x.Native = native
	default:
		x.Native = addCounts(x.Native, native)
	}
}
