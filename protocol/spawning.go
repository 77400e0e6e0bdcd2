package protocol

// Spawning answers each Spawn, before users are started. It only changes the state that the
// master shows. Sent by an unregistered worker it ends the receive loop of masters up to
// 2.14; later ones answer it with Quit (locust/runners.py).
type Spawning struct{}

// Type returns "spawning".
func (*Spawning) Type() string { return "spawning" }

func (*Spawning) appendData(w *writer)     { w.null() }
func (*Spawning) readData(r *reader) error { return r.skip() }
