package tasks

import (
	"context"
	"time"
)

// A timed is the context of one request: that of the caller, and when the request must be
// over. It costs no timer: only Deadline tells of the end, and each transport keeps it.
type timed struct {
	context.Context
	begin time.Time
	end   time.Time // zero: that of the caller's, if it has one
}

// Deadline implements context.Context.
func (t *timed) Deadline() (time.Time, bool) {
	if t.end.IsZero() {
		return t.Context.Deadline()
	}
	return t.end, true
}

// detached returns a context like t that lives until it is canceled.
func (t *timed) detached() (context.Context, context.CancelFunc) {
	if t.end.IsZero() {
		return context.WithCancel(t.Context)
	}
	return context.WithDeadline(t.Context, t.end)
}

// callers returns the context that ctx was made of, which lives on after the request.
func callers(ctx context.Context) context.Context {
	if t, ok := ctx.(*timed); ok {
		return t.Context
	}
	return ctx
}

// begun returns when the request under ctx began, or the time.
func begun(ctx context.Context) time.Time {
	if t, ok := ctx.(*timed); ok {
		return t.begin
	}
	return time.Now()
}

// deadlineOf returns the deadline of ctx, or zero.
func deadlineOf(ctx context.Context) time.Time {
	end, _ := ctx.Deadline()
	return end
}
