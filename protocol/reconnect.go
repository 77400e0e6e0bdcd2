package protocol

// Reconnect asks the worker for a new connection, after a message that the master could not
// decode, since Locust 2.10.0 but for 2.13.1 (locust/runners.py).
type Reconnect struct{}

// Type returns "reconnect".
func (*Reconnect) Type() string { return "reconnect" }

func (*Reconnect) appendData(w *writer)     { w.null() }
func (*Reconnect) readData(r *reader) error { return r.skip() }
