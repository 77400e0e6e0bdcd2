package stats

import (
	"math/bits"
	"time"
)

// A timeSum adds response times up: 64 bits would do for 100 000 users for a month only.
type timeSum struct{ high, low uint64 } // nanoseconds

func (t *timeSum) add(o timeSum) {
	var carry uint64
	t.low, carry = bits.Add64(t.low, o.low, 0)
	t.high += o.high + carry
}

func (t timeSum) seconds() float64 {
	const two64 = 1 << 64
	return (float64(t.high)*two64 + float64(t.low)) / float64(time.Second)
}

// sums are what can be added up of the requests of one entry.
type sums struct {
	requests, none, failures, length int64
	total                            timeSum // of the requests with a response time
	times                            cells
}

// take moves what o contains.
func (s *sums) take(o *sums) {
	s.requests += o.requests
	s.none += o.none
	s.failures += o.failures
	s.length += o.length
	s.total.add(o.total)
	s.times.take(&o.times)
	*o = sums{times: o.times}
}
