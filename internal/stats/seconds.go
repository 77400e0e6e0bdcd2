package stats

import "time"

// maxSeconds is how many seconds a window tells apart. The master looks 12 s back
// (locust/stats.py, current_rps).
const maxSeconds = 16

// A second counts the requests that ended in one second.
type second struct {
	at                 int64 // its begin in Unix nanoseconds
	requests, failures int64
}

// secondOf returns the second in which a request ended, without any count.
func secondOf(end int64) second { return second{at: end - end%int64(time.Second)} }

func (s *second) merge(o second) {
	s.requests += o.requests
	s.failures += o.failures
}

// seconds counts requests in the latest seconds that had any. Requests of earlier ones are
// in the earliest that is kept.
type seconds struct {
	n    int
	list [maxSeconds]second // ascending, the first n are in use
}

// again counts a request if it ended in the latest second, which is the usual case.
func (s *seconds) again(end int64) bool {
	i := uint(s.n - 1)
	if i >= maxSeconds || uint64(end-s.list[i].at) >= uint64(time.Second) {
		return false
	}
	s.list[i].requests++
	return true
}

func (s *seconds) add(x second) {
	i := s.n // x belongs before the i-th
	for i > 0 && s.list[i-1].at > x.at {
		i--
	}
	switch {
	case i > 0 && s.list[i-1].at == x.at:
		s.list[i-1].merge(x)
	case s.n < maxSeconds:
		copy(s.list[i+1:], s.list[i:s.n])
		s.list[i] = x
		s.n++
	case i == 0:
		s.list[0].merge(x)
	default:
		first := s.list[0]
		copy(s.list[:i-1], s.list[1:i])
		s.list[i-1] = x
		s.list[0].merge(first)
	}
}

func (s *seconds) counts() (requests, failures []Count) {
	for _, x := range s.list[:s.n] {
		at := x.at / int64(time.Second)
		requests = appendCount(requests, at, x.requests)
		failures = appendCount(failures, at, x.failures)
	}
	return requests, failures
}
