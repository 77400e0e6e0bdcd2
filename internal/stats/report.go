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

// A Count is one bucket of a histogram. Lists of them ascend by key and contain no zeros.
type Count struct{ Key, N int64 }

// An Error is a failure that occurred once or more. Its text is at most 1024 bytes of UTF-8.
type Error struct {
	Method, Name, Text  string
	Occurrences         int64
	FirstSeen, LastSeen time.Time
}
