package protocol

import "fmt"

// Custom is a message of the users' own, in either direction: any type that Locust does
// not use itself, with any data.
//
// Append sends nil, booleans, numbers, strings, []byte, time.Time (as Locust's datetime,
// without a zone, in UTC, cut to microseconds), slices, arrays and maps with string or
// integer keys, and pointers to them; nil slices and maps as empty ones. Structs and
// types with a JSON form of their own are sent in it, where a float without a fraction is
// an int. Append fails on the empty type, on a type of Locust's own, on other values, which
// it names, on NaN and infinities, on times outside the years 1 to 9999, on the map keys
// "__datetime__" and "__ObjectId__", which Locust reserves, and on values nested deeper
// than 31 levels.
//
// Received data is nil or a bool, int64, uint64 (only above the greatest int64), float64,
// string, []byte, time.Time, []any, map[string]any, map[int64]any or, for a map with keys of
// other kinds (nil, bool, float64) or of several, Dict. A msgpack extension is an error.
type Custom struct {
	MessageType string
	Data        any

	unread bool // its data is not wanted
}

// Type returns the message's type.
func (m *Custom) Type() string { return m.MessageType }

func (m *Custom) appendData(w *writer) {
	if m.MessageType == "" {
		w.keep(errNoType)
	} else if reserved(clean(m.MessageType)) {
		w.keep(fmt.Errorf("%q is a message type of Locust's own", m.MessageType))
	}
	w.value(m.Data, 2)
}

func (m *Custom) readData(r *reader) error {
	if m.unread {
		return r.skip()
	}
	var err error
	m.Data, err = r.value()
	return err
}

// reserved says whether Locust uses a message type itself, in either direction and any
// release (locust/runners.py).
func reserved(messageType string) bool {
	switch messageType {
	case "ack", "client_ready", "client_stopped", "exception", "heartbeat", "locustfile", "logs",
		"quit", "reconnect", "spawn", "spawning", "spawning_complete", "stats", "stop", "update_user_class":
		return true
	}
	return false
}
