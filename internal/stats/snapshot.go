package stats

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
		if e.counters.requests > 0 || e.interrupted > 0 {
			series = append(series, e.series())
		}
	})
	return series
}

func (e *entry) series() Series {
	c := &e.counters
	return Series{
		Method: e.method, Name: e.name,
		Requests: c.requests, NoneRequests: c.none, Failures: c.failures,
		Interrupted: c.interrupted, Length: c.length,
		ResponseTime: c.seconds(), Classic: c.classicCounts(), Native: c.nativeCounts(), Zero: c.zero,
	}
}

func (c *counters) classicCounts() []int64 {
	cs := make([]int64, len(c.classic))
	sum := int64(0)
	for i, n := range c.classic {
		sum += n
		cs[i] = sum
	}
	return cs
}
