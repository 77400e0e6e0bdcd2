package stats

import (
	"cmp"
	"iter"
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
	// each bucket contains those before it, as in Prometheus. It is empty without requests.
	Classic []int64
	// Native counts the response times in the buckets of Prometheus's schema 5, by
	// ascending index: bucket i holds those in (2^((i-1)/32), 2^(i/32)] seconds.
	Native []Count
	Zero   int64 // response times of zero: Prometheus's zero bucket, with a threshold of 0
}

// Snapshot yields the counters of each (method, name) that has any, in the order in which
// they first occurred. Each series is consistent in itself, and valid until the next one:
// its memory is used again.
func (s *Stats) Snapshot() iter.Seq[*Series] {
	return func(yield func(*Series) bool) {
		s.flush()
		list := s.entryList()
		r := &reading{scale: s.scale, overflow: list[0]}
		for part := range slices.Chunk(list, entriesPerHold) {
			r.n = 0
			s.inTurns(part, r.entry)
			for i := range r.n {
				if !yield(&r.series[i]) {
					return
				}
			}
		}
	}
}

// A reading makes series of some entries at a time.
type reading struct {
	scale    *scale
	overflow *entry
	none     failures

	n      int
	series [entriesPerHold]Series
}

// entry adds the series of an entry, if it has any counts.
func (r *reading) entry(e *entry) {
	if e.archive.requests()+e.pending.requests()+e.interrupted == 0 {
		return
	}
	x := &r.series[r.n]
	r.n++
	x.Method, x.Name, x.Overflow = e.method, e.name, e == r.overflow
	x.Interrupted, x.Length = e.interrupted, e.archive.length+e.pending.length
	r.outcome(&x.Succeeded, &e.archive.succeeded, &e.pending.succeeded)
	archived, pending := cmp.Or(e.archive.failed, &r.none), cmp.Or(e.pending.failed, &r.none)
	r.outcome(&x.Failed, &archived.outcome, &pending.outcome)
	for i := range x.Reasons {
		x.Reasons[i] = archived.reasons[i] + pending.reasons[i]
	}
}

// outcome makes x the sum of two outcomes.
func (r *reading) outcome(x *Outcome, a, b *outcome) {
	*x = Outcome{
		Requests: a.requests + b.requests, NoneRequests: a.none + b.none,
		Classic: x.Classic[:0], Native: x.Native[:0],
	}
	if x.Requests == 0 {
		return
	}
	total := a.total
	total.add(b.total)
	x.ResponseTime = total.seconds()
	var classic [classicBounds + 1]int64
	for c, n := range a.times.with(&b.times, r.scale) {
		classic[c.classic] += n
		if c.zero {
			x.Zero += n
			continue
		}
		x.Native = appendCount(x.Native, int64(c.native), n)
	}
	for i := range classic[1:] {
		classic[i+1] += classic[i]
	}
	x.Classic = append(x.Classic, classic[:]...)
}
