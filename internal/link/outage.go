package link

import (
	"errors"
	"math/rand/v2"
	"time"
)

// Times between attempts to connect, before jitter.
const (
	maxPause  = 1300 * time.Millisecond // in the first minute; with jitter at most 1.5 s
	latePause = 5 * time.Second
	lateAfter = time.Minute
)

// reopenPause is the time that a master has to see the ends of old connections.
const reopenPause = 250 * time.Millisecond

// An outage is the time without a proven session, from its beginning on. The zero outage
// has not begun.
type outage struct {
	since    time.Time
	attempts int    // failed ones
	reason   string // of the last failure
	refused  bool   // a dial was refused
	stalled  bool   // it began with a peer that stopped answering
	reopened bool   // and the first connection after that was given up
}

// failed takes the failure of an attempt or the end of a session. It reports whether the
// reason is a new one.
func (o *outage) failed(err error, now time.Time) (news bool) {
	if o.since.IsZero() {
		o.since = now
	}
	o.attempts++
	o.refused = o.refused || refused(err)
	o.stalled = o.stalled || errors.Is(err, errSilent)
	was := o.reason
	o.reason = reason(err)
	return o.reason != was
}

// away says how long the outage was, if anything has failed in it.
func (o *outage) away(now time.Time) string {
	if o.attempts == 0 {
		return ""
	}
	return " after " + now.Sub(o.since).Round(100*time.Millisecond).String()
}

// pause is the time to wait before the next attempt: at least first, so that the master
// has seen the end of the old connection (it would ignore a new one with the same
// identity), then growing to most, or, if that is 0, to what suits the time of the outage.
func (o *outage) pause(first, most time.Duration, now time.Time) time.Duration {
	return o.pauseAt(first, most, now, rand.Float64())
}

func (o *outage) pauseAt(first, most time.Duration, now time.Time, random float64) time.Duration {
	switch {
	case most > 0:
	case now.Sub(o.since) >= lateAfter:
		return spread(latePause, random)
	default:
		most = maxPause
	}
	grown := first * 5 / 4
	for range min(o.attempts-1, 60) {
		if grown >= most {
			break
		}
		grown *= 2
	}
	return max(first, spread(min(grown, most), random))
}

// spread moves a time by up to 15 %.
func spread(d time.Duration, random float64) time.Duration {
	return time.Duration(float64(d) * (0.85 + 0.3*random))
}
