package tasks

import (
	"context"
	"sync/atomic"
	"time"
)

// NoResponseTime as a Request's Duration says that the request has none: Locust's None
// response time. Such a request is counted, but takes no part in the response times.
const NoResponseTime time.Duration = -1

// A Request is the outcome of one request: one sample of a stats entry.
type Request struct {
	Method   string        // Locust's request_type, such as "GET"
	Name     string        // name of the stats entry, such as "/items/[id]"
	Intended time.Time     // when it should have started by the user's wait time; zero means Start
	Start    time.Time     // when it did start; zero, or too late to have ended by now, means Duration ago
	Duration time.Duration // response time, or NoResponseTime
	Length   int64         // bytes of the response body
	Err      error         // nil if the request succeeded
	// Response is the answer to a request of an HTTP client, for OnRequest to look at while
	// it runs, without its Err; nil for all other requests (Locust's request event has it
	// under the same name).
	Response *Response
}

// An Entry is a Recorder's handle for one stats entry, valid as long as the Recorder.
type Entry int32

// A Sample is what a Recorder counts of a request.
type Sample struct {
	Start    time.Time
	Duration time.Duration // or NoResponseTime
	Length   int64         // bytes
	Err      error         // nil if the request succeeded
}

// A Recorder counts the requests of one user. Its methods never block on anything but
// memory, and may be called from several goroutines.
type Recorder interface {
	// Entry returns the handle for a request type and a name.
	Entry(method, name string) Entry
	// Record counts one finished request.
	Record(e Entry, s Sample)
	// Interrupt counts one request that was cut off by the forced end of its user. It is
	// no sample.
	Interrupt(e Entry)
}

// A Schedule is told how well a user keeps to its wait times. Its method is called from the
// user's goroutine and must not block.
type Schedule interface {
	// Started is called at the start of each iteration that follows a wait time: how late
	// it is, 0 or more, though the user was free in time; and how many starts before it
	// have been left out, since the user was not.
	Started(late time.Duration, missed int64)
}

// An Environment is what the master told about the test.
type Environment struct {
	Host        string  // target host; the user class's own where the master names none
	Options     Options // custom arguments of the master's locustfile
	WorkerIndex int     // 0, 1, 2 …: the master's number for this worker; -1 if it gave none
	Tags        []string
	ExcludeTags []string
}

// A Driver is what runs a user: a worker, or a test of a user class. The zero Driver
// works: it records nothing and stops a user only by its context.
type Driver struct {
	Environment

	// Number tells this user from all others of its worker.
	Number int64
	// Recorder counts the user's requests; nil counts nothing.
	Recorder Recorder
	// InFlight counts the user's requests that have begun and not ended, beside those of
	// other users; nil counts them nowhere.
	InFlight *atomic.Int64
	// Schedule is told of the user's iterations; nil tells nobody.
	Schedule Schedule
	// Only has the names of the tasks that the user may run, of those of its outermost set;
	// nil lets it run all: an edit of the class in the master's web UI.
	Only []string
	// Stopping is closed to end the user after its running task.
	Stopping <-chan struct{}
	// Paused, if it is set and returns a channel that is not nil, holds the user back from
	// its next task until that channel is closed.
	Paused func() <-chan struct{}
	// Once, if it is set, has the user run each task that the tags leave once, in the order
	// of the lists and without wait times, and end: a try of a user class. A nested set is
	// entered once. It is called with the name of each task before that runs.
	Once func(task string)
	// OnRequest is called after each recorded request, in its goroutine.
	OnRequest func(context.Context, Request)
	// OnError is called with each error that a task returned or panicked with and that is
	// neither a failed request nor a control error: Locust's exceptions. It must not block.
	OnError func(task string, err error)
	// OnStopTest is called with each error that is or wraps StopTest. It must not block.
	OnStopTest func(task string, err error)
	// Send sends a custom message to the master. It must not block.
	Send func(messageType string, data any) error
}
