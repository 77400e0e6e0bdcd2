package protocol

// Stop ends the test: the worker stops its users and answers with ClientStopped and
// ClientReady. Masters send it to idle workers, too (locust/runners.py).
type Stop struct{}

// Type returns "stop".
func (*Stop) Type() string { return "stop" }

func (*Stop) appendData(w *writer)     { w.null() }
func (*Stop) readData(r *reader) error { return r.skip() }
