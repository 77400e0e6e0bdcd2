package stats

import (
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// A window is what the requests of one entry add to the next report.
type window struct {
	min, max time.Duration // of the requests with a response time
	last     int64         // Unix nanoseconds
	sums
	seconds seconds
}

func (w *window) add(x *sample, s *scale) {
	if d := x.duration; d != tasks.NoResponseTime {
		if d < w.min || w.requests == w.none {
			w.min = d
		}
		w.max = max(w.max, d)
		w.total.add(timeSum{low: uint64(d)})
		w.times.add(d, s)
	} else {
		w.none++
	}
	w.last = max(w.last, x.end)
	w.requests++
	w.length += x.length
	if !w.seconds.again(x.end) {
		at := secondOf(x.end)
		at.requests = 1
		w.seconds.add(at)
	}
}

func (w *window) addFailure(x *sample) {
	w.failures++
	at := secondOf(x.end)
	at.failures = 1
	w.seconds.add(at)
}

// entry returns what is in the window.
func (w *window) entry(s *scale) Entry {
	if w.requests == 0 {
		return Entry{}
	}
	e := Entry{
		Requests: w.requests, NoneRequests: w.none, Failures: w.failures, Length: w.length,
		ResponseTime: time.Duration(w.total.low), MinResponseTime: w.min, MaxResponseTime: w.max,
		Last:          time.Unix(0, w.last),
		ResponseTimes: w.times.locust(s),
	}
	e.PerSecond, e.FailuresPerSecond = w.seconds.counts()
	return e
}

// settle moves the sums to those of earlier windows, and empties the window.
func (w *window) settle(archive *sums) {
	if w.requests == 0 {
		return
	}
	archive.take(&w.sums)
	*w = window{sums: w.sums}
}
