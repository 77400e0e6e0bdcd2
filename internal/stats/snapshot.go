package stats

import "slices"

// A Series is what happened to the requests of one (method, name) since New. It only ever
// rises.
type Series struct {
	Method, Name string

	Requests     int64 // finished requests, failed ones included
	NoneRequests int64 // those of them without a response time
	Failures     int64 // those of them that failed
	Interrupted  int64 // requests cut off by the forced end of their user; none of Requests
	Length       int64 // bytes

	ResponseTime float64 // sum in seconds
	// Classic counts the response times up to each of ClassicBounds and, last, all of them:
	// each bucket contains those before it, as in Prometheus.
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
	s.eachEntry(func(e *entry) {
		if e.archive.requests+e.pending.requests+e.interrupted > 0 {
			series = append(series, e.series(s.scale))
		}
	})
	return series
}

func (e *entry) series(s *scale) Series {
	x := Series{
		Method: e.method, Name: e.name, Interrupted: e.interrupted,
		Classic: make([]int64, classicBounds+1),
	}
	total := e.archive.total
	total.add(e.pending.total)
	x.ResponseTime = total.seconds()
	x.add(&e.archive, s)
	x.add(&e.pending.sums, s)
	for i := range x.Classic[1:] {
		x.Classic[i+1] += x.Classic[i]
	}
	return x
}

// add adds all but the response times' sum. The classic buckets are apart until the end.
func (x *Series) add(o *sums, s *scale) {
	x.Requests += o.requests
	x.NoneRequests += o.none
	x.Failures += o.failures
	x.Length += o.length
	native := slices.Grow([]Count(nil), o.times.size())
	for c, n := range o.times.all(s) {
		x.Classic[c.classic] += n
		if c.zero {
			x.Zero += n
			continue
		}
		native = appendCount(native, int64(c.native), n)
	}
	if x.Native == nil {
		x.Native = native
		return
	}
	x.Native = addCounts(x.Native, native)
}
