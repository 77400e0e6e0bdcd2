package worker

import (
	"context"
	"errors"
	"time"

	"github.com/hopperband/hopperband/protocol"
)

// hookPatience is how long the end of a test, or of the worker, waits for a hook.
const hookPatience = 10 * time.Second

var errTestRefused = errors.New("worker: OnTestStart failed: no user of this test is started")

// testHooks are a test's hooks and how far they are.
type testHooks struct {
	info    *Test
	context context.Context
	cancel  context.CancelFunc
	ready   bool            // OnTestStart has returned without an error
	running bool            // OnTestStart has not returned
	waiting *protocol.Spawn // the newest

	stopBy  time.Time // when waiting for the end of the hooks ends; zero: OnTestStop is not due yet
	stopped bool      // OnTestStop has returned
}

// beginTest calls OnTestStart, if there is one. The loop goes on meanwhile.
func (w *worker) beginTest(m *protocol.Spawn) {
	t, f := w.test, w.cfg.OnTestStart
	h := &t.hooks
	h.info = &Test{Environment: w.environment(m), send: w.send}
	h.context, h.cancel = context.WithCancel(context.Background())
	if f == nil {
		h.ready = true
		return
	}
	h.running = true
	w.hooks.call("OnTestStart", func() error { return f(h.context, h.info) }, func(err error) { w.testBegun(t, err) })
}

// testBegun starts the users that the master has asked for meanwhile.
func (w *worker) testBegun(t *test, err error) {
	t.hooks.running = false
	if err != nil {
		w.exceptions.add("", "OnTestStart", errors.Join(errTestRefused, err))
		return
	}
	t.hooks.ready = true
	if w.test == t && w.phase == active {
		w.scale(time.Now(), t.hooks.waiting)
		w.spawn = pendingSpawn{owed: true, by: time.Now().Add(completeWithin)}
	}
}

// testEnded calls OnTestStop once, when the last user has ended, and says whether the
// hooks are through, or have had time enough.
func (w *worker) testEnded(now time.Time) bool {
	t, f := w.test, w.cfg.OnTestStop
	if t == nil {
		return true
	}
	h := &t.hooks
	if h.stopBy.IsZero() {
		h.stopBy = now.Add(hookPatience)
		h.stopped = f == nil
		if f != nil {
			ctx, cancel := context.WithTimeout(context.Background(), hookPatience)
			w.hooks.call("OnTestStop", func() error { f(ctx, h.info); return nil }, func(error) { cancel(); h.stopped = true })
		}
	}
	if h.stopped && !h.running {
		return true
	}
	if now.Before(h.stopBy) {
		return false
	}
	w.log.Warn().Dur("after", hookPatience).Msg("going on without OnTestStart or OnTestStop, which has not returned")
	h.stopped, h.running = true, false
	return true
}

// hookBy is when the loop has to look after a hook; zero if it has not.
func (w *worker) hookBy() time.Time {
	switch {
	case w.phase != stopping && w.phase != leaving:
		return time.Time{}
	case w.test == nil, w.test.hooks.stopped && !w.test.hooks.running:
		return w.leave.hooksBy
	}
	return w.test.hooks.stopBy
}

// allEnded calls the last hooks, and says whether they are through.
func (w *worker) allEnded(now time.Time) bool {
	if !w.testEnded(now) {
		return false
	}
	f := w.cfg.OnQuit
	if f == nil || w.leave.hooksDone {
		return true
	}
	if w.leave.hooksBy.IsZero() {
		w.leave.hooksBy = now.Add(hookPatience)
		w.hooks.call("OnQuit", func() error { f(); return nil }, func(error) { w.leave.hooksDone = true })
	}
	return !now.Before(w.leave.hooksBy)
}
