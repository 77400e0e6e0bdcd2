package tasks

import (
	"context"
	"errors"
	"runtime"
	"time"
)

// lastCalls is how many calls that are cut off a user may make after its forced stop.
const lastCalls = 100

// Measure runs fn and records it as one request: any protocol. It returns nil, a
// *RequestError, or fn's own error where that is no outcome of a request: a control error
// (recorded as a success) or the end of a stopped user (not recorded). A panic of fn fails
// the request and is reported as an exception.
func (u *User) Measure(ctx context.Context, method, name string, fn func(context.Context) error) error {
	u.inFlight.Add(1)
	defer u.inFlight.Add(-1)
	start := time.Now()
	err := protect(ctx, fn)
	return u.record(ctx, u.entry(method, name), Request{
		Method: method, Name: name, Start: start, Duration: time.Since(start), Err: err,
	})
}

// Record records a request that was measured elsewhere, with a length or without a response
// time, and returns what Measure does. A zero Duration is a response time of 0; a zero
// Start means Duration ago, and so does one by which the request would end after now: the
// master would keep a second of the future.
//
// A failed request (Err is set) of a user that the worker has stopped by force was cut off:
// it is no sample. One that failed by a deadline or a cancellation of the user's own code
// is a failed request.
func (u *User) Record(ctx context.Context, r Request) error {
	latest := time.Now().Add(-max(r.Duration, 0))
	if r.Start.IsZero() || r.Start.After(latest) {
		r.Start = latest
	}
	return u.record(ctx, u.entry(r.Method, r.Name), r)
}

// record is Record for a request whose entry is known.
func (u *User) record(ctx context.Context, e Entry, r Request) error {
	err := r.Err
	if err != nil {
		if u.isCut(ctx) {
			u.recorder.Interrupt(e)
			u.lastCall()
			return err
		}
		r.Err = without(err, isControl)
		u.reportPanic(r.Err)
	}
	r.mend()
	u.recorder.Record(e, Sample{Start: r.Start, Duration: r.Duration, Length: r.Length, Err: r.Err})
	if u.onRequest != nil {
		u.onRequest(ctx, u.withIntended(r))
	}
	if r.Err == nil {
		return err
	}
	return joinControl(&RequestError{Method: r.Method, Name: r.Name, Err: r.Err}, err)
}

// mend replaces what no request can have.
func (r *Request) mend() {
	if r.Duration < NoResponseTime {
		r.Duration = 0 // a clock was set back
	}
	r.Length = max(r.Length, 0)
}

// withIntended gives the first request of an iteration the time that the wait time meant.
func (u *User) withIntended(r Request) Request {
	if !r.Intended.IsZero() {
		return r
	}
	u.mu.Lock()
	r.Intended, u.intended = u.intended, time.Time{}
	u.mu.Unlock()
	if r.Intended.IsZero() {
		r.Intended = r.Start
	}
	return r
}

// isCut says whether a failed request was cut off by the user's forced stop. The worker
// only cancels, so a deadline is of the user's own code. While OnStop runs, its context
// counts: it outlives the forced stop.
func (u *User) isCut(ctx context.Context) bool {
	if !u.isForced() {
		return false
	}
	err := ctx.Err()
	if errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	return err != nil || !u.leaving.Load()
}

// lastCall ends a user that goes on regardless after its forced stop, as Locust's
// GreenletExit does (gevent kills the greenlet): else one that ignores errors in a loop
// would spin.
func (u *User) lastCall() {
	if u.cuts.Add(1) >= lastCalls {
		runtime.Goexit()
	}
}

// cutOff is lastCall for functions that know only a context.
func cutOff(ctx context.Context) {
	if u, ok := ctx.Value(userKey{}).(*User); ok && u.isForced() {
		u.lastCall()
	}
}

// reportPanic reports a panic that fails a request: the task may well ignore the failure.
func (u *User) reportPanic(err error) {
	if p, ok := errors.AsType[*PanicError](without(err, isRecorded)); ok {
		u.report(u.task(), p)
	}
}
