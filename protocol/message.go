package protocol

import (
	"fmt"
	"unicode/utf8"
)

// MaxSize is the greatest length of a message in bytes, both of those that Append makes
// and of those that Valid accepts. Locust itself has no limit.
const MaxSize = 64 << 20

// maxNodeID is the greatest length of a ZeroMQ routing ID in bytes.
const maxNodeID = 255

// A Message is the type and the data of one message. The messages of this package
// implement it as pointers.
type Message interface {
	// Type is the message type as on the wire, such as "client_ready".
	Type() string
	// appendData writes the data of the message: exactly one msgpack value.
	appendData(w *writer)
}

// Append appends the whole envelope [type, data, node_id] to b (locust/rpc/protocol.py).
// What it appends passes Valid and is harmless to a master: strings are made valid UTF-8
// and numbers that JSON has no form for are replaced. It fails, and returns b as it was,
// if the node ID is not 1 to 255 bytes of UTF-8, if the result would exceed MaxSize or have more
// than 1048576 maps and arrays, and where the documentation of a message says so.
func Append(b []byte, nodeID string, m Message) ([]byte, error) {
	if err := checkNodeID(nodeID); err != nil {
		return b, fmt.Errorf("protocol: %.64s: node_id: %w", m.Type(), err)
	}
	w := newWriter(b)
	w.array(3)
	w.string(m.Type())
	m.appendData(w)
	w.string(nodeID)
	out, err := w.finish()
	if err == nil && len(out)-len(b) > MaxSize {
		err = fmt.Errorf("%d bytes exceed the limit of %d", len(out)-len(b), MaxSize)
	}
	if err != nil {
		return b, fmt.Errorf("protocol: %.64s: %w", m.Type(), err)
	}
	return out, nil
}

// checkNodeID says why s cannot be a node ID, which is also the ZeroMQ routing ID.
func checkNodeID(s string) error {
	switch {
	case s == "":
		return errNoNodeID
	case len(s) > maxNodeID:
		return fmt.Errorf("%d bytes exceed the limit of %d", len(s), maxNodeID)
	case !utf8.ValidString(s):
		return fmt.Errorf("%q is not valid UTF-8", s)
	}
	return nil
}
