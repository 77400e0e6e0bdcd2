package protocol

// ClientStopped answers Stop once all users have ended. The master then forgets the worker
// until its next ClientReady (locust/runners.py).
type ClientStopped struct{}

// Type returns "client_stopped".
func (*ClientStopped) Type() string { return "client_stopped" }

func (*ClientStopped) appendData(w *writer)     { w.null() }
func (*ClientStopped) readData(r *reader) error { return r.skip() }
