package tasks

import (
	"context"
	"time"
)

// A timed is the context of one request: that of the caller, and when the request must be
// over. It costs no timer: only Deadline tells of the end, and each transport keeps it.
type timed struct {
	context.Context
	end time.Time
}

// Deadline implements context.Context.
func (t *timed) Deadline() (time.Time, bool) { return t.end, true }

// deadlineOf returns the deadline of ctx, or zero.
func deadlineOf(ctx context.Context) time.Time {
	end, _ := ctx.Deadline()
	return end
}
