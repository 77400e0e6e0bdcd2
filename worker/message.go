package worker

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hopperband/hopperband/protocol"
)

// mostWaiting is how many messages may wait for the functions of those before them.
const mostWaiting = 1000

// A Message is a custom message of the master.
type Message struct {
	// Type is the message type that the master sent it under.
	Type string
	// Data is its payload as it came: nil, bool, int64 (uint64 only above its range),
	// float64, string, []byte, time.Time, []any, map[string]any, map[int64]any or, for a
	// dict with keys of other kinds or of several, protocol.Dict.
	Data any

	send  func(messageType string, data any) error
	guard func(func() error)
}

// Decode stores the payload in v by the rules of encoding/json: struct tags, maps and
// lists as there, bytes in a []byte, dates in a time.Time. Keys None and True are "null" and
// "true", as in Python's json.dumps.
func (m *Message) Decode(v any) error {
	b, err := json.Marshal(m.Data)
	if err == nil {
		err = json.Unmarshal(b, v)
	}
	if err != nil {
		return fmt.Errorf("worker: message %q: %w", m.Type, err)
	}
	return nil
}

// Reply sends a custom message to the master. It does not block: an error says that the
// message is dropped.
func (m *Message) Reply(messageType string, data any) error { return m.send(messageType, data) }

// Concurrent makes a function for messages that is called in a goroutine of its own, so
// that the next message need not wait for it: Locust's concurrent=True.
func Concurrent(f func(context.Context, *Message)) func(context.Context, *Message) {
	return func(ctx context.Context, m *Message) {
		go m.guard(func() error { f(ctx, m); return nil })
	}
}

// custom passes a message to its function.
func (w *worker) custom(m *protocol.Custom) {
	f := w.cfg.OnMessage[m.MessageType]
	if f == nil {
		w.log.Warn().Str("type", cut(m.MessageType, 200)).Msg("unknown message type received")
		return
	}
	if w.hooks.waiting() >= mostWaiting {
		w.log.Warn().Str("type", cut(m.MessageType, 200)).Int("waiting", mostWaiting).Msg("a message is dropped: those before it wait for their function")
		return
	}
	what := "OnMessage " + m.MessageType
	message := &Message{Type: m.MessageType, Data: m.Data, send: w.send}
	message.guard = func(f func() error) { _ = w.hooks.protect(what, f) }
	w.hooks.call(what, func() error { f(w.context, message); return nil }, nil)
}
