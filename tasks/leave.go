package tasks

import (
	"context"
	"time"
)

// grace is how long an OnStop may take after a forced stop.
const grace = 2 * time.Second

// leave runs the OnStop of a set.
func (u *User) leave(s *set) {
	ctx, cancel := u.lastWords()
	defer cancel()
	u.leaving.Store(true)
	defer u.leaving.Store(false)
	if err := protect(ctx, s.OnStop); err != nil && ctx.Err() == nil {
		u.report(s.label("OnStop"), err)
	}
}

// lastWords returns the context of an OnStop, which outlives a forced stop. At its end it
// is canceled: a deadline would make what it cuts off a failed request.
func (u *User) lastWords() (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(u.ctx))
	unhook := context.AfterFunc(u.ctx, func() {
		defer cancel()
		t := time.NewTimer(grace - time.Since(u.forcedAt()))
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
		}
	})
	return ctx, func() { unhook(); cancel() }
}

// noteForcedStop makes forcedAt right however late it is called.
func (u *User) noteForcedStop() {
	unhook := context.AfterFunc(u.ctx, func() { u.forcedAt() })
	u.Cleanup(func() { unhook() })
}

// forcedAt returns when the forced stop was first noticed.
func (u *User) forcedAt() time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.forced.IsZero() {
		u.forced = time.Now()
	}
	return u.forced
}
