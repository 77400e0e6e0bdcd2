package protocol

// HeartbeatEcho is the master's answer to a Heartbeat of a worker that it knows, since Locust
// 2.19.0 (locust/runners.py).
type HeartbeatEcho struct{}

// Type returns "heartbeat".
func (*HeartbeatEcho) Type() string { return "heartbeat" }

func (*HeartbeatEcho) appendData(w *writer)     { w.null() }
func (*HeartbeatEcho) readData(r *reader) error { return r.skip() }
