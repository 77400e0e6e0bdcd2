package tasks

import (
	"context"
	"fmt"
	"runtime"
	"time"
)

// yieldEvery is how many iterations without a wait may follow one another.
const yieldEvery = 32

// Sleep pauses a task for d. It ends early, with an error to return from the task, when ctx
// is done: when the user is stopped by force. A d below 0 is none; one between 0 and 1 µs
// lacks its unit and is refused.
func Sleep(ctx context.Context, d time.Duration) error {
	if 0 < d && d < time.Microsecond {
		return fmt.Errorf("tasks: Sleep(%v): %w", d, checkWait(d))
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		cutOff(ctx)
		return ctx.Err()
	}
}

// rest lets the user wait for its next iteration, and says whether there is one.
func (u *User) rest(wait WaitTime) bool {
	if wait == nil {
		u.yield()
		return true
	}
	d, ok := u.plan(wait)
	if !ok {
		return false
	}
	var late time.Duration // none after a task that took too long: that is the target's doing
	if d > 0 {
		ok = u.pause(d)
		late = max(u.iteration.Started.Sub(u.iteration.Intended), 0)
	} else {
		u.yield()
	}
	if ok {
		u.schedule.Started(late, u.missed)
	}
	return ok
}

// plan begins the next iteration, and says in how long it starts.
func (u *User) plan(wait WaitTime) (d time.Duration, ok bool) {
	u.iteration.Ended = time.Now()
	u.missed = 0
	u.iteration.missed = &u.missed
	next, err := ask(wait, &u.iteration)
	if err != nil {
		u.report("WaitTime", err)
		return 0, false
	}
	d = next.Sub(u.iteration.Ended)
	u.begin(next, u.iteration.Ended)
	return d, true
}

// begin makes a new iteration.
func (u *User) begin(intended, started time.Time) {
	u.iteration = Iteration{Intended: intended, Started: started}
	if u.onRequest != nil {
		u.mu.Lock()
		u.intended = intended
		u.mu.Unlock()
	}
}

// pause waits for d, or less if the user shall end: then it returns false.
func (u *User) pause(d time.Duration) bool {
	u.unwaited = 0
	if u.timer == nil {
		u.timer = time.NewTimer(d)
	} else {
		u.timer.Reset(d)
	}
	select {
	case <-u.timer.C:
		u.iteration.Started = time.Now() // the channel says when the timer went off
		return true
	case <-u.stop:
	case <-u.done:
	}
	return false
}

// yield lets others run now and then. A user that neither waits nor does I/O is preempted
// only after 10 ms; a few hundred of them would keep the worker from its heartbeats.
func (u *User) yield() {
	if u.unwaited++; u.unwaited >= yieldEvery {
		u.unwaited = 0
		runtime.Gosched()
	}
}

// ready holds the user back while the worker is paused, and says whether it may run its
// next task.
func (u *User) ready() bool {
	if u.isStopping() {
		return false
	}
	if u.paused == nil {
		return true
	}
	for {
		resumed := u.paused()
		if resumed == nil || isClosed(resumed) {
			return true
		}
		select {
		case <-resumed:
		case <-u.stop:
			return false
		case <-u.done:
			return false
		}
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
