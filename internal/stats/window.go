package stats

import (
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// A window is what the requests of one entry add to the next report.
type window struct {
	requests, none, failures, length int64
	total, min, max                  time.Duration // of the requests with a response time
	last                             int64         // Unix nanoseconds
	seconds                          seconds
	times                            histogram
}

func (w *window) add(x *sample) {
	if x.duration == tasks.NoResponseTime {
		w.none++
	} else {
		w.stretch(x.duration, x.duration)
		w.total += x.duration
		w.times.add(bucketOf(x.duration), 1)
	}
	w.last = max(w.last, x.end)
	w.requests++
	w.length += x.length
	if at := x.end / int64(time.Second); !w.seconds.again(at) {
		w.seconds.add(second{at: at, requests: 1})
	}
}

func (w *window) addFailure(x *sample) {
	w.failures++
	w.seconds.add(second{at: x.end / int64(time.Second), failures: 1})
}

// stretch takes the bounds of response times in. It comes before requests are counted.
func (w *window) stretch(least, most time.Duration) {
	if w.requests == w.none {
		w.min = least
	}
	w.min = min(w.min, least)
	w.max = max(w.max, most)
}

// take returns what is in the window, and empties it.
func (w *window) take(k entryKey, start time.Time) Entry {
	e := Entry{
		Method: k.method, Name: k.name,
		Requests: w.requests, NoneRequests: w.none, Failures: w.failures, Length: w.length,
		ResponseTime: w.total, MinResponseTime: w.min, MaxResponseTime: w.max,
		Start: start, Last: time.Unix(0, w.last),
		ResponseTimes: w.times.counts(),
	}
	e.PerSecond, e.FailuresPerSecond = w.seconds.counts()
	w.reset()
	return e
}

// put is the reverse of take. It keeps what has come into the window since.
func (w *window) put(e *Entry) {
	if e.Requests > e.NoneRequests {
		w.stretch(e.MinResponseTime, e.MaxResponseTime)
	}
	w.total += e.ResponseTime
	w.last = max(w.last, e.Last.UnixNano())
	w.requests += e.Requests
	w.none += e.NoneRequests
	w.failures += e.Failures
	w.length += e.Length
	for _, c := range e.ResponseTimes {
		w.times.add(bucketOfKey(c.Key), c.N)
	}
	for _, c := range e.PerSecond {
		w.seconds.add(second{at: c.Key, requests: c.N})
	}
	for _, c := range e.FailuresPerSecond {
		w.seconds.add(second{at: c.Key, failures: c.N})
	}
}

// reset empties the window. It keeps the memory of the histogram.
func (w *window) reset() {
	if w.requests == 0 {
		return
	}
	w.times.reset()
	*w = window{times: w.times}
}
