package link

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/hopperband/hopperband/protocol"
)

// lastReport is the number of the mark behind everything that Close sends.
const lastReport = -1

// A session is one connection: a reader and a writer under the supervisor, which joins
// both before the session's end.
type session struct {
	number   int
	link     *Link
	conn     *conn
	standing standing
	proof    time.Duration // time for the master's first answer

	failed context.Context // done when the session has to end
	fail   context.CancelCauseFunc
	stop   chan struct{} // closed to end the writer
	hello  chan struct{} // closed when a hello is written
	proven chan struct{} // closed when the master has answered
	taken  chan struct{} // closed when the PONG behind everything has come
	reader sync.WaitGroup
	writer sync.WaitGroup

	greeted bool // hello is closed; the writer's
}

func newSession(l *Link, number int, c *conn, proof time.Duration) *session {
	s := &session{
		number: number,
		link:   l,
		conn:   c,
		proof:  proof,
		stop:   make(chan struct{}),
		hello:  make(chan struct{}),
		proven: make(chan struct{}),
		taken:  make(chan struct{}),
	}
	s.failed, s.fail = context.WithCancelCause(context.Background())
	c.command = s.command
	return s
}

// run returns when the session has ended, with the reason.
func (s *session) run() error {
	s.link.out.open(s.number, func(err error) { s.fail(err) })
	s.link.deliver(Connected{Session: s.number, Refused: s.link.refused(), Stalled: s.link.outage.stalled})
	s.reader.Go(s.read)
	s.writer.Go(s.write)
	s.end(s.watch())
	return context.Cause(s.failed)
}

// watch waits for the reason to end, and returns how long to read on after it.
func (s *session) watch() (linger time.Duration) {
	hello, proven := s.hello, s.proven
	var late <-chan time.Time
	for {
		select {
		case <-s.failed.Done():
			return failLinger
		case <-s.link.quiet.Done():
			return s.close()
		case <-hello:
			hello = nil
			late = time.After(s.proof)
		case <-proven:
			proven, hello, late = nil, nil, nil
			s.link.up()
		case <-late:
			late = nil
			if !s.standing.isProven() {
				s.fail(ErrNoProof)
			}
		}
	}
}

// close sends everything that is queued and waits until the master's I/O has taken it, if
// there is a master.
func (s *session) close() (linger time.Duration) {
	if err := s.link.hard.Err(); err != nil || !s.standing.isProven() {
		s.fail(cmp.Or(err, errClosing))
		return closeLinger
	}
	s.link.setState(StateDraining)
	s.link.out.finish(&outgoing{kind: mark, report: lastReport})
	select {
	case <-s.taken:
		s.fail(errClosing)
		s.link.drained = true
		return drainLinger
	case <-s.failed.Done():
	case <-s.link.patience.Done():
		s.fail(context.Cause(s.link.patience))
	case <-s.link.hard.Done():
		s.fail(context.Cause(s.link.hard))
	}
	return closeLinger
}

// end stops and joins both halves, and closes the connection.
func (s *session) end(linger time.Duration) {
	s.link.shut()
	close(s.stop)
	s.conn.sink.stop()
	s.writer.Wait()
	s.conn.finish()
	s.conn.pulse.stop(time.Now().Add(linger))
	s.reader.Wait()
	s.conn.close()
}

// read delivers what the master sends, in order.
func (s *session) read() {
	for {
		payload, err := s.conn.receive()
		if err == nil {
			err = s.take(payload)
		}
		if err != nil {
			s.fail(fmt.Errorf("link: reading from the master: %w", err))
			return
		}
	}
}

// take delivers a message. One that this worker does not understand is skipped: it may be
// one of the users' own, which Python lets have keys of any type. From a peer that has not
// shown yet that it is a master it is an error.
func (s *session) take(payload []byte) error {
	if err := protocol.Valid(payload); err != nil {
		if !s.standing.isProven() {
			return err
		}
		s.link.skip(err)
		return nil
	}
	m, _, err := protocol.FromMasterFor(payload, s.link.cfg.Handled)
	if err != nil {
		s.link.skip(err)
		return nil
	}
	s.link.received.add(m.Type())
	if s.standing.heard(m) {
		close(s.proven)
		s.link.out.kick() // the notes may go
	}
	s.link.deliver(Message{Session: s.number, Message: m})
	return nil
}

// command takes a ZMTP command, in the reader's goroutine.
func (s *session) command(name string, body []byte) error {
	switch name {
	case "PING":
		if len(body) < 2 {
			return fmt.Errorf("%w: a PING without a TTL", errBadFrame)
		}
		s.link.out.answer(body[2:])
	case "PONG":
		for _, report := range s.conn.pulse.pong(body) {
			s.confirm(report)
		}
	case "ERROR":
		return fmt.Errorf("link: the master's socket reports an error: %q", body)
	}
	return nil // others are to be ignored (ZMTP 3.1, RFC 37)
}

func (s *session) confirm(report int) {
	if report == lastReport {
		close(s.taken)
		return
	}
	s.link.deliver(Confirmed{Session: s.number, Report: report})
}

// write writes what is queued, until the session ends.
func (s *session) write() {
	for {
		more, err := s.writeNext()
		if err != nil {
			s.fail(fmt.Errorf("link: writing to the master: %w", err))
			return
		}
		if more {
			continue
		}
		select {
		case <-s.stop:
			return
		case <-s.link.out.wake:
		}
	}
}

func (s *session) writeNext() (more bool, err error) {
	if ping, ok := s.link.out.pong(); ok {
		return true, s.conn.pong(ping)
	}
	m := s.link.out.next(s.standing.isProven())
	if m == nil {
		return false, nil
	}
	defer s.link.release(m)
	if !s.standing.admit(m.kind) {
		s.link.drop(m, "the master has not answered, or does not know this worker")
		return true, nil
	}
	return true, s.writeMessage(m)
}

// writeMessage writes a message, and the PING that belongs behind it: in a write of its
// own, because libzmq 4.3 can abort its process over a PING that it has read together with
// a message it has no room for (src/stream_engine_base.cpp, "!_io_error").
func (s *session) writeMessage(m *outgoing) error {
	if m.kind == mark {
		if !s.conn.speaksPing() {
			s.confirm(m.report)
			return nil
		}
		s.conn.pulse.cover(m.report)
	} else {
		if err := s.conn.send(m.buf); err != nil {
			return err
		}
		s.link.sent.add(m.name)
	}
	if (m.kind == ready || m.kind == heartbeat) && !s.greeted {
		s.greeted = true
		close(s.hello)
	}
	if (m.kind == mark || m.kind == heartbeat) && s.conn.speaksPing() {
		return s.conn.ping(s.conn.pulse.ping())
	}
	return nil
}
