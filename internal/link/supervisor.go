package link

import (
	"errors"
	"fmt"
	"time"
)

// supervise is the goroutine that owns the life of the link.
func (l *Link) supervise() {
	defer close(l.done)
	defer l.setState(StateClosed)
	defer l.hush()
	l.outage.since = time.Now()
	for l.quiet.Err() == nil {
		l.attempt()
		l.wait()
	}
	l.refuse(l.out.close())
}

// shut drops what was posted to a session and not written.
func (l *Link) shut() {
	dropped := l.out.shut()
	if l.quiet.Err() != nil {
		l.refuse(dropped)
	}
}

// refuse notes for Close that messages were left unsent.
func (l *Link) refuse(n int) {
	if n > 0 && l.unsent == nil {
		l.unsent = fmt.Errorf("link: closing: %d messages were not sent: there is no master", n)
	}
}

func (l *Link) setState(s State) { l.state.Store(int32(s)) }

// attempt is one dial and, if it succeeds, one session.
func (l *Link) attempt() {
	l.setState(StateDialing)
	l.wasUp = false
	c, err := open(l.quiet, l.cfg)
	if err == nil && l.outage.stalled && !l.outage.reopened {
		c, err = l.reopen(c)
	}
	session := 0
	if err == nil {
		l.sessions++
		session = l.sessions
		err = l.session(newSession(l, session, c, l.proofTimeout()))
	}
	l.setState(StateDown)
	if l.quiet.Err() == nil {
		l.report(err)
	}
	heard := l.deliver(Down{Session: session, Refused: l.refused(), Err: err})
	if l.wasUp && !heard && !l.drained && l.unsent == nil {
		l.unsent = fmt.Errorf("link: closing: what was sent last is not confirmed: %w", err)
	}
}

// refused says that a dial was refused in this outage. With a TLS front that says nothing of
// the master, but that the front has gone.
func (l *Link) refused() bool { return l.outage.refused && l.cfg.TLS == nil }

// reopen gives up the first connection to a peer that had stopped answering. A master that
// was frozen takes it in the same moment in which it sees the end of the old connection:
// it would ignore the new one, with the same identity, for as long as that lasts.
func (l *Link) reopen(c *conn) (*conn, error) {
	l.outage.reopened = true
	_ = c.Close()
	l.pause(reopenPause)
	return open(l.quiet, l.cfg)
}

func (l *Link) session(s *session) error {
	l.setState(StateProving)
	err := s.run()
	if s.standing.isProven() {
		l.up() // it may have been proven and ended at the same time
	}
	switch {
	case l.wasUp:
		l.unproven = 0
	case errors.Is(err, ErrNoProof):
		l.unproven++
	}
	return err
}

// proofTimeout grows with every session that was not answered: each hello may wait in a
// slow master, and every one of them registers.
func (l *Link) proofTimeout() time.Duration {
	switch l.unproven {
	case 0:
		return l.cfg.ProofTimeout
	case 1:
		return 2 * l.cfg.ProofTimeout
	case 2:
		return 4 * l.cfg.ProofTimeout
	}
	return 6 * l.cfg.ProofTimeout
}

// up ends an outage.
func (l *Link) up() {
	if l.wasUp {
		return
	}
	l.wasUp = true
	l.setState(StateUp)
	l.cfg.Log.Info().Msgf("connected to master %s%s", l.cfg.Addr, l.outage.away(time.Now()))
	l.outage = outage{}
}

// report logs a failure if its reason is a new one.
func (l *Link) report(err error) {
	if !l.outage.failed(err, time.Now()) {
		return
	}
	what := "cannot reach master"
	if l.wasUp {
		what = "lost master"
	}
	l.cfg.Log.Warn().Msgf("%s %s: %s; trying again", what, l.cfg.Addr, l.outage.reason)
}

// wait is the pause before the next attempt.
func (l *Link) wait() {
	if l.quiet.Err() != nil {
		return
	}
	l.pause(l.outage.pause(l.cfg.FirstPause, l.cfg.MaxPause, time.Now()))
}

func (l *Link) pause(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-l.quiet.Done():
	}
}

// deliver hands an event to the owner, unless the link is closing.
func (l *Link) deliver(e Event) (heard bool) {
	if l.quiet.Err() != nil {
		return false
	}
	select {
	case l.events <- e:
		return true
	case <-l.quiet.Done():
		return false
	}
}

// skip warns once of a kind of message that this worker does not understand.
func (l *Link) skip(err error) {
	if kind := err.Error(); !l.skipped[kind] && len(l.skipped) < 64 {
		l.skipped[kind] = true
		l.cfg.Log.Warn().Err(err).Msg("a message from the master is skipped; further ones of this kind without a word")
	}
}
