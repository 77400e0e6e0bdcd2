package rig

import (
	"time"

	"github.com/hopperband/hopperband/protocol"
)

// A Side is the sender of a message.
type Side int

// The two sides of a Proxy.
const (
	FromWorker Side = iota
	FromMaster
)

// String returns "worker" or "master".
func (s Side) String() string {
	if s == FromMaster {
		return "master"
	}
	return "worker"
}

// A Verdict is what a Proxy does with a message.
type Verdict int

// Forward passes a message on, Drop swallows it, and Cut swallows it and resets its
// connection.
const (
	Forward Verdict = iota
	Drop
	Cut
)

// A Frame is one message that came to a Proxy.
type Frame struct {
	At         time.Time
	Connection int // 1 for the proxy's first one
	From       Side
	Payload    []byte // as on the wire

	Message protocol.Message // nil if the payload could not be decoded
	NodeID  string           // as in the payload
	Err     error            // why it could not
	Verdict Verdict
}

// Is reports whether the frame is a message of a type, such as "stats".
func (f Frame) Is(messageType string) bool {
	return f.Message != nil && f.Message.Type() == messageType
}

func newFrame(connection int, side Side, payload []byte, at time.Time) Frame {
	f := Frame{At: at, Connection: connection, From: side, Payload: payload}
	if side == FromWorker {
		f.Message, f.NodeID, f.Err = protocol.FromWorker(payload)
	} else {
		f.Message, f.NodeID, f.Err = protocol.FromMaster(payload)
	}
	return f
}
