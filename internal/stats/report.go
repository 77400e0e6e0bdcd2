package stats

import "time"

// A Report is what has happened since the last confirmed report of the test. It must not
// be changed: it is put back if it is not confirmed.
type Report struct {
	Total   Entry   // the sum of Entries; without method and name
	Entries []Entry // those with requests, by name and method
	Errors  []Error // by name, method and text
}

// An Entry is what happened to the requests of one (method, name).
type Entry struct {
	Method, Name string

	Requests     int64 // finished requests, failed ones included
	NoneRequests int64 // those of them without a response time
	Failures     int64 // those of them that failed
	Length       int64 // bytes

	// Sum and bounds of the response times. They are zero and mean nothing if there is
	// none, that is, if NoneRequests is equal to Requests.
	ResponseTime, MinResponseTime, MaxResponseTime time.Duration

	Start time.Time // when this count began
	Last  time.Time // when the last request ended; zero if there is none

	ResponseTimes []Count // by Locust's buckets in ms (locust/stats.py, bucket_response_time)
	// Requests and failures by the Unix time of their end. Sixteen seconds are told apart;
	// what is earlier is in the earliest of them.
	PerSecond, FailuresPerSecond []Count
}

// add adds the requests of another entry.
func (e *Entry) add(o *Entry) {
	if o.Requests > o.NoneRequests {
		if e.Requests == e.NoneRequests {
			e.MinResponseTime = o.MinResponseTime
		}
		e.MinResponseTime = min(e.MinResponseTime, o.MinResponseTime)
		e.MaxResponseTime = max(e.MaxResponseTime, o.MaxResponseTime)
	}
	if o.Last.After(e.Last) {
		e.Last = o.Last
	}
	e.ResponseTime += o.ResponseTime
	e.Requests += o.Requests
	e.NoneRequests += o.NoneRequests
	e.Failures += o.Failures
	e.Length += o.Length
	e.ResponseTimes = addCounts(e.ResponseTimes, o.ResponseTimes)
	e.PerSecond = addCounts(e.PerSecond, o.PerSecond)
	e.FailuresPerSecond = addCounts(e.FailuresPerSecond, o.FailuresPerSecond)
}

// keepSeconds tells the latest maxSeconds apart, as seconds does.
func (e *Entry) keepSeconds() {
	if n := len(e.PerSecond); n > maxSeconds {
		earliest := e.PerSecond[n-maxSeconds].Key
		e.PerSecond = raise(e.PerSecond, earliest)
		e.FailuresPerSecond = raise(e.FailuresPerSecond, earliest)
	}
}

// An Error is a failure that occurred once or more. Its text is at most 1024 bytes of UTF-8.
type Error struct {
	Method, Name, Text  string
	Occurrences         int64
	FirstSeen, LastSeen time.Time
}
