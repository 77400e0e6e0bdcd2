package protocol

// Quit ends a worker when the master sends it, and says that it leaves when the worker sends
// it. The master listens for 0.5 s more after it has sent Quit (locust/runners.py).
type Quit struct{}

// Type returns "quit".
func (*Quit) Type() string { return "quit" }

func (*Quit) appendData(w *writer)     { w.null() }
func (*Quit) readData(r *reader) error { return r.skip() }
