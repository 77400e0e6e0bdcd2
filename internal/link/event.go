package link

import "github.com/hopperband/hopperband/protocol"

// An Event is something that the owner of a Link has to know: one of Connected, Message,
// Confirmed and Down. Events of one session come in order and end with its Down.
type Event interface{ event() }

// Connected says that a session has shaken hands. Nothing is sent before its owner posts
// a hello: a client_ready or a heartbeat.
type Connected struct {
	Session int // 1, 2, 3 …
	// Refused says that a dial was refused since a session was last proven: the process
	// that listened has gone, so this master is a new one. Never with a TLS front, which may
	// have gone without its master.
	Refused bool
	// Stalled says that since a session was last proven one has ended because the master
	// had stopped answering: if its process was frozen, so was its clock.
	Stalled bool
}

// Message is a message from the master. The first one of a session proves the session.
type Message struct {
	Session int
	Message protocol.Message
}

// Confirmed says that the master's I/O has taken the report and everything before it. A
// peer that greets with ZMTP 3.0 is sent no PING, and a report to it counts as confirmed
// when the kernel has taken it (libzmq says 3.1 since 4.2, of 2016).
type Confirmed struct {
	Session int
	Report  int // as given to PostReport
}

// Down says that a session has ended, or, with Session 0, that an attempt to connect has
// failed.
type Down struct {
	Session int
	Refused bool // as in Connected
	Err     error
}

func (Connected) event() {}
func (Message) event()   {}
func (Confirmed) event() {}
func (Down) event()      {}
