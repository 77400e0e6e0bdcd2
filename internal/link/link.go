// Package link is the connection to a Locust master that comes back.
package link

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/hopperband/hopperband/protocol"
)

var errClosing = errors.New("link: closing")

// A Link owns at most one connection at a time.
//
//	state     what is going on                            it ends with
//	down      no connection; a pause                      dialing when the pause is over
//	dialing   TCP connect, greetings, READY               proving, or down
//	proving   Connected delivered; only hellos go out     up by the master's first message;
//	                                                      down by a failure, or ErrNoProof some
//	                                                      time after the first hello
//	up        everything goes out that the master's       down by a failure; draining by Close
//	          registration of this worker allows
//	draining  the queue and a PING go out, the PONG comes closed, at the latest with Close's ctx
//	closed    nothing is left
//
// Close leads from every other state to closed at once, and so does the end of Start's
// context from every state.
type Link struct {
	cfg    Config
	hard   context.Context // Start's: its end closes at once
	quiet  context.Context // ended by Close too: no events, no dialing
	hush   context.CancelFunc
	events chan Event
	out    *outbox
	state  atomic.Int32
	done   chan struct{}
	bufs   sync.Pool // of *outgoing

	sent, received tally

	once     sync.Once
	patience context.Context // Close's; set before quiet ends

	// The supervisor's own.
	outage   outage
	sessions int
	unproven int // sessions in a row that ended with ErrNoProof
	wasUp    bool
	drained  bool            // Close has sent everything
	unsent   error           // what Close returns
	skipped  map[string]bool // the reader's: kinds of messages that were warned of
}

// Start dials the master, and again whenever the connection ends, until Close or the end
// of ctx.
func Start(ctx context.Context, cfg Config) *Link {
	l := &Link{
		cfg:     cfg.withDefaults(),
		hard:    ctx,
		events:  make(chan Event),
		out:     newOutbox(),
		done:    make(chan struct{}),
		bufs:    sync.Pool{New: func() any { return new(outgoing) }},
		skipped: make(map[string]bool),

		sent: newTally(), received: newTally(),
	}
	l.quiet, l.hush = context.WithCancel(ctx)
	go l.supervise()
	return l
}

// Events returns the channel of events. It must be read until Close. It is never closed.
func (l *Link) Events() <-chan Event { return l.events }

// State returns what the link is doing.
func (l *Link) State() State { return State(l.state.Load()) }

// Post queues messages of a session, in order. It never blocks, and keeps nothing of the
// messages. What cannot be sent when its turn comes is dropped: the session has ended, is
// not proven (all but client_ready and heartbeat), or the master has no registration of
// this worker (spawning, spawning_complete, client_stopped). It ends the session if more than
// 1024 messages or 64 MiB wait in the queue already.
func (l *Link) Post(session int, ms ...protocol.Message) {
	if !l.out.takes(session) {
		return
	}
	queued := make([]*outgoing, 0, len(ms))
	for _, m := range ms {
		queued = l.appendEncoded(queued, m)
	}
	l.post(session, queued)
}

// PostReport is Post for the pieces of one report. A Confirmed with its number, which must
// not be negative, follows when the master has taken them, or a Down. Before the first
// Message of a session a report is dropped without either. A piece that cannot be encoded
// is dropped with an error in the log, as everywhere, and the others are confirmed.
func (l *Link) PostReport(session, report int, pieces ...*protocol.Stats) {
	if !l.out.takes(session) {
		return
	}
	queued := make([]*outgoing, 0, len(pieces)+1)
	for _, m := range pieces {
		queued = l.appendEncoded(queued, m)
	}
	end := l.bufs.Get().(*outgoing)
	end.kind, end.name, end.report = mark, "", report
	l.post(session, append(queued, end))
}

// Note queues an exception, a log or a custom message, and keeps nothing of it. Notes
// outlive sessions and are written in proven ones, in a queue of 256 messages and 4 MiB:
// false means that it is full, or that the message cannot be encoded, and the message is
// dropped. Whether the master has taken a note is not known.
func (l *Link) Note(m protocol.Message) bool {
	o := l.encode(m)
	if o == nil {
		return false
	}
	if !l.out.note(o) {
		l.release(o)
		return false
	}
	return true
}

// Reconnect ends a session, as a master's "reconnect" asks for (locust/runners.py).
func (l *Link) Reconnect(session int) {
	l.out.abort(session, errors.New("link: a new connection was asked for"))
}

// Close sends what is queued, waits for the master's I/O to take it, at most until ctx
// ends, and closes the connection so that nothing of it is lost. Without a proven session
// it closes at once. Events are no longer delivered once it is called. The error says
// that something was, or may have been, left unsent.
func (l *Link) Close(ctx context.Context) error {
	l.once.Do(func() {
		l.patience = ctx
		l.hush()
	})
	<-l.done
	return l.unsent
}

// post hands messages to the writer.
func (l *Link) post(session int, ms []*outgoing) {
	if l.out.post(session, ms) {
		return
	}
	for _, m := range ms {
		if m.kind != mark {
			l.drop(m, "the session has ended")
		}
		l.release(m)
	}
}

// appendEncoded appends a message to a queue, unless it cannot be encoded.
func (l *Link) appendEncoded(queue []*outgoing, m protocol.Message) []*outgoing {
	o := l.encode(m)
	if o == nil {
		return queue
	}
	return append(queue, o)
}

// encode returns a message as it will be written, or nil if it cannot be.
func (l *Link) encode(m protocol.Message) *outgoing {
	o := l.bufs.Get().(*outgoing)
	buf, err := protocol.Append(o.buf[:0], l.cfg.NodeID, m)
	if err != nil {
		l.cfg.Log.Error().Err(err).Str("type", m.Type()).Msg("a message to the master cannot be encoded and is dropped")
		l.bufs.Put(o)
		return nil
	}
	o.kind, o.name, o.buf = kindOf(m), m.Type(), buf
	return o
}

// release gives a message's memory to the next one.
func (l *Link) release(m *outgoing) {
	if cap(m.buf) > 2<<20 {
		m.buf = nil
	}
	m.buf = m.buf[:0]
	l.bufs.Put(m)
}

func (l *Link) drop(m *outgoing, why string) {
	if m.kind == mark {
		return
	}
	l.cfg.Log.Debug().Str("type", m.name).Str("reason", why).Msg("a message to the master was dropped")
}
