package stats

import (
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// A window is what the requests of one entry add to the next report.
type window struct {
	timed    bool          // one has a response time
	min, max time.Duration // of the requests with a response time
	last     int64         // Unix nanoseconds
	sums
	seconds seconds
}

func (w *window) add(x *sample, s *scale) {
	w.succeeded.add(x.duration, s)
	w.note(x)
}

func (w *window) addFailure(x *sample, s *scale) {
	f := w.fail()
	f.add(x.duration, s)
	f.reasons[x.reason]++
	w.note(x)
	at := secondOf(x.end)
	at.failures = 1
	w.seconds.add(at)
}

// note counts what is alike for all requests.
func (w *window) note(x *sample) {
	if d := x.duration; d != tasks.NoResponseTime {
		if d < w.min || !w.timed {
			w.min, w.timed = d, true
		}
		w.max = max(w.max, d)
	}
	w.last = max(w.last, x.end)
	w.length += x.length
	if !w.seconds.again(x.end) {
		at := secondOf(x.end)
		at.requests = 1
		w.seconds.add(at)
	}
}

// entry returns what is in the window.
func (w *window) entry(s *scale) Entry {
	if w.requests() == 0 {
		return Entry{}
	}
	e := Entry{
		Requests: w.succeeded.requests, NoneRequests: w.succeeded.none, Failures: w.failures(), Length: w.length,
		ResponseTime: time.Duration(w.succeeded.total.low), MinResponseTime: w.min, MaxResponseTime: w.max,
		Last:          time.Unix(0, w.last),
		ResponseTimes: w.succeeded.times.locust(s),
	}
	if f := w.failed; f != nil {
		e.Requests += f.requests
		e.NoneRequests += f.none
		e.ResponseTime += time.Duration(f.total.low)
		e.ResponseTimes = addCounts(e.ResponseTimes, f.times.locust(s))
	}
	e.PerSecond, e.FailuresPerSecond = w.seconds.counts()
	return e
}

// settle moves the sums to those of earlier windows, and empties the window.
func (w *window) settle(archive *sums) {
	if w.requests() == 0 {
		return
	}
	archive.take(&w.sums)
	*w = window{sums: w.sums}
}
