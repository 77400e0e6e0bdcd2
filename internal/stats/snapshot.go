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
	list := s.entryList()
	series := make([]Series, 0, len(list))
	r := reading{scale: s.scale}
	s.inTurns(list, func(e *entry) {
		if e.archive.requests()+e.pending.requests()+e.interrupted > 0 {
			series = append(series, r.series(e))
			series[len(series)-1].Overflow = e == list[0]
		}
	})
	return series
}

// A reading makes series of entries.
type reading struct {
	scale  *scale
	none   outcome
	native []Count // memory to begin each list in
}

func (r *reading) series(e *entry) Series {
	x := Series{
		Method: e.method, Name: e.name, Interrupted: e.interrupted,
		Length:    e.archive.length + e.pending.length,
		Succeeded: r.outcome(&e.archive.succeeded, &e.pending.succeeded),
	}
	switch a, p := e.archive.failed, e.pending.failed; {
	case a == nil && p == nil:
	case a == nil:
		x.Failed, x.Reasons = r.outcome(&r.none, &p.outcome), p.reasons
	case p == nil:
		x.Failed, x.Reasons = r.outcome(&a.outcome, &r.none), a.reasons
	default:
		x.Failed, x.Reasons = r.outcome(&a.outcome, &p.outcome), a.reasons
		for i, n := range p.reasons {
			x.Reasons[i] += n
		}
	}
	return x
}

// outcome returns the sum of two outcomes.
func (r *reading) outcome(a, b *outcome) Outcome {
	x := Outcome{Requests: a.requests + b.requests, NoneRequests: a.none + b.none}
	if x.Requests == 0 {
		return x
	}
	total := a.total
	total.add(b.total)
	x.ResponseTime = total.seconds()
	x.Classic = make([]int64, classicBounds+1)
	r.native = r.native[:0]
	for c, n := range a.times.with(&b.times, r.scale) {
		x.Classic[c.classic] += n
		if c.zero {
			x.Zero += n
			continue
		}
		r.native = appendCount(r.native, int64(c.native), n)
	}
	if len(r.native) > 0 {
		x.Native = slices.Clone(r.native)
	}
	for i := range x.Classic[1:] {
		x.Classic[i+1] += x.Classic[i]
	}
	return x
}
