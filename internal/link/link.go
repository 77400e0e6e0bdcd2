// Package link is the connection to a Locust master that comes back.
package link

import (
	"context"
	"net"
	"time"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/protocol"
)

// Config says how a Link connects. Zero durations mean the defaults.
type Config struct {
	Addr   string // host:port of the master
	NodeID string // the ZeroMQ identity and the node ID of every message
	Log    zerolog.Logger
	// Dial opens the TCP connection; nil means a net.Dialer. (A later issue dials TLS here.)
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	Handshake    time.Duration // TCP connect, greeting and READY together; 5 s
	ProofTimeout time.Duration // from hello to the master's first answer; 5 s, growing to 30 s on the next sessions
	// … further bounds as needed
}

// An Event is something that the owner of a Link has to know: one of Connected, Message,
// Confirmed and Down. Events of one session come in order and end with its Down.
type Event interface{ event() }

// Connected says that a session has shaken hands. Nothing is sent before its owner posts
// a hello: a client_ready or a heartbeat.
type Connected struct {
	Session int
	// Refused says that a dial since the last session was refused: the process that
	// listened has gone, so this master is a new one.
	Refused bool
}

// Message is a message from the master. The first one of a session proves the session.
type Message struct {
	Session int
	Message protocol.Message
}

// Confirmed says that the master's I/O has taken the report and everything before it.
type Confirmed struct {
	Session int
	Report  int // as given to PostReport
}

// Down says that a session has ended, or, with Session 0, that an attempt to connect has
// failed.
type Down struct {
	Session int
	Refused bool
	Err     error
}

func (Connected) event() {}
func (Message) event()   {}
func (Confirmed) event() {}
func (Down) event()      {}

// A Link owns at most one connection at a time.
type Link struct{}

// Start dials the master, and again whenever the connection ends, until Close or the end
// of ctx.
func Start(ctx context.Context, cfg Config) *Link { panic("not written yet") }

// Events returns the channel of events. It must be read until Close.
func (l *Link) Events() <-chan Event { panic("not written yet") }

// Post queues messages of a session, in order. It never blocks. What cannot be sent when
// its turn comes is dropped: the session has ended, is not proven (all but client_ready
// and heartbeat), or the master has no registration of this worker (spawning,
// spawning_complete, client_stopped; design: checked when written).
func (l *Link) Post(session int, ms ...protocol.Message) { panic("not written yet") }

// PostReport is Post for the pieces of one report. A Confirmed with its number follows
// when the master has taken them, or a Down.
func (l *Link) PostReport(session, report int, pieces ...*protocol.Stats) { panic("not written yet") }

// Note queues an exception, a log or a custom message. Notes outlive sessions, in a
// bounded queue: false means that it is full and the message is dropped.
func (l *Link) Note(m protocol.Message) bool { panic("not written yet") }

// Close sends what is queued, waits for the master's I/O to take it, at most until ctx
// ends, and closes the connection so that nothing of it is lost. Events are no longer
// delivered once it is called.
func (l *Link) Close(ctx context.Context) error { panic("not written yet") }
