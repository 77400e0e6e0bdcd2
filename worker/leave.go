package worker

import (
	"context"
	"time"

	"github.com/hopperband/hopperband/protocol"
)

// A departure is how the worker ends.
type departure struct {
	byMaster    bool
	heard       time.Time // when quit came or the signal
	by          time.Time // at the latest
	settled     time.Time // when the last user had ended
	flushAt     time.Time
	echo        int       // the echo, by number, that confirms the report in flight; 0 is none
	hooksBy     time.Time // when waiting for OnQuit ends
	hooksDone   bool
	unconfirmed int64 // requests that a master without echoes may not have heard
}

// reconnectWithin is how long a worker that was told to end waits for a lost master to
// take its last report.
const reconnectWithin = 3 * time.Second

// depart tells all users to stop and reports what there is. The process ends when the
// users have ended and their requests are with the master, as far as it still listens.
func (w *worker) depart(now time.Time, byMaster bool) {
	if w.phase == leaving {
		return
	}
	var grace time.Duration
	if w.test != nil {
		grace = w.test.grace
	}
	w.phase, w.owed = leaving, false
	w.spawn, w.resume = pendingSpawn{}, resume{}
	w.leave = departure{byMaster: byMaster, heard: now, by: now.Add(grace + abandonAfter + reconnectWithin)}
	w.swarm.clear(grace)
	w.swarm.resume()
	if w.test != nil {
		w.test.hooks.cancel()
	}
	w.flush(now)
}

// listening says that a report still finds a master that reads it.
func (w *worker) listening(now time.Time) bool {
	return w.master.up && (!w.leave.byMaster || now.Before(w.leave.heard.Add(listensFor)))
}

// flush sends a report whose arrival is proved: by the echo of a heartbeat behind it when
// the master is about to go, since its I/O still answers when nobody reads any more.
func (w *worker) flush(now time.Time) {
	w.leave.flushAt = now.Add(flushEvery)
	if !w.listening(now) || !w.report(now) || !w.leave.byMaster || !w.master.echoes {
		return
	}
	w.beat(now)
	w.leave.echo = w.master.beats
}

func (w *worker) advanceLeave(now time.Time) {
	if w.phase != leaving || w.done {
		return
	}
	if w.leave.echo > 0 && w.master.echoed >= w.leave.echo {
		w.leave.echo = 0
		w.stats.Confirm()
	}
	left := w.swarm.total()
	if left == 0 && w.leave.settled.IsZero() {
		w.leave.settled, w.leave.flushAt = now, now
	}
	if !w.stats.Pending() && !now.Before(w.leave.flushAt) {
		w.flush(now)
	}
	if !now.Before(w.leave.by.Add(hookPatience)) || left == 0 && w.delivered(now) && w.allEnded(now) {
		w.finish()
	}
}

// leaveAt is when the next thing is due while leaving; zero in every other phase.
func (w *worker) leaveAt(now time.Time) time.Time {
	if w.phase != leaving {
		return time.Time{}
	}
	at := w.leave.by.Add(hookPatience)
	if !w.stats.Pending() {
		at = earlier(at, w.leave.flushAt)
	}
	if deaf := w.leave.heard.Add(listensFor); w.leave.byMaster && deaf.After(now) {
		at = earlier(at, deaf)
	}
	if !w.leave.settled.IsZero() && !w.master.up {
		at = earlier(at, w.leave.settled.Add(reconnectWithin))
	}
	return at
}

// delivered says that the master has all of it, or that no more can be done.
func (w *worker) delivered(now time.Time) bool {
	t := w.stats.Totals()
	switch {
	case w.err != nil, t.Reported+t.Unreported == t.Recorded:
		return true
	case w.leave.byMaster:
		return !w.listening(now)
	}
	return !w.master.up && now.After(w.leave.settled.Add(reconnectWithin))
}

// finish says goodbye to the master, and to people what became of the requests.
func (w *worker) finish() {
	w.done = true
	w.endRun(time.Now())
	w.sendExceptions()
	if w.master.up {
		w.post(&protocol.Quit{})
	}
	if w.stats.Pending() {
		w.stats.Requeue()
	}
	lost := w.stats.Abandon()
	t := w.stats.Totals()
	if n := lost + w.leave.unconfirmed; n > 0 {
		w.log.Warn().Int64("requests", n).Msg("the master has not confirmed the last requests")
	}
	w.log.Info().Int64("recorded", t.Recorded).Int64("failures", t.Failures).Int64("reported", t.Reported).
		Int64("interrupted", t.Interrupted).Int64("resent", t.Resent).Int64("unreported", t.Unreported).
		Int64("unconfirmed", w.leave.unconfirmed).Msg("worker stopped")
}

// hangUp closes the link so that the last words arrive.
func (w *worker) hangUp() {
	ctx, cancel := context.WithTimeout(context.Background(), listensFor)
	defer cancel()
	if err := w.link.Close(ctx); err != nil {
		w.log.Debug().Err(err).Msg("closing the connection")
	}
}
