package stats

import (
	"math/bits"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// A timeSum adds response times up: 64 bits would do for 100 000 users for two days only.
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

// An outcome is what can be added up of the requests of one entry that ended alike.
type outcome struct {
	requests, none int64
	total          timeSum // of the requests with a response time
	times          cells
}

func (o *outcome) add(d time.Duration, s *scale) {
	o.requests++
	if d == tasks.NoResponseTime {
		o.none++
		return
	}
	o.total.add(timeSum{low: uint64(d)})
	o.times.add(d, s)
}

// take moves what from contains.
func (o *outcome) take(from *outcome) {
	o.requests += from.requests
	o.none += from.none
	o.total.add(from.total)
	o.times.take(&from.times)
	*from = outcome{times: from.times}
}

// failures are the outcome of failed requests, and why they failed.
type failures struct {
	outcome
	reasons [tasks.Reasons]int64
}

func (f *failures) take(from *failures) {
	f.outcome.take(&from.outcome)
	for i, n := range from.reasons {
		f.reasons[i] += n
	}
	clear(from.reasons[:])
}

// sums are what can be added up of the requests of one entry.
type sums struct {
	succeeded outcome
	failed    *failures // nil where none has
	length    int64
}

// fail returns where failed requests are added.
func (s *sums) fail() *failures {
	if s.failed == nil {
		s.failed = new(failures)
	}
	return s.failed
}

func (s *sums) requests() int64 { return s.succeeded.requests + s.failures() }

func (s *sums) failures() int64 {
	if s.failed == nil {
		return 0
	}
	return s.failed.requests
}

// take moves what from contains.
func (s *sums) take(from *sums) {
	s.succeeded.take(&from.succeeded)
	s.length += from.length
	from.length = 0
	switch {
	case from.failed == nil:
	case s.failed == nil:
		s.failed, from.failed = from.failed, nil
	default:
		s.failed.take(from.failed)
	}
}
