package protocol

// AllSpawned is the master's own spawning_complete, since Locust 2.29.0: once per change
// of the number of users, when all workers have reached it or 1 s after the last Spawn
// (locust/runners.py).
type AllSpawned struct {
	UserCount int // users of all workers
}

// Type returns "spawning_complete".
func (*AllSpawned) Type() string { return "spawning_complete" }

func (m *AllSpawned) appendData(w *writer) {
	w.object(1)
	w.string("user_count")
	w.int(int64(m.UserCount))
}

func (m *AllSpawned) readData(r *reader) error {
	return r.fields(required("user_count", number(&m.UserCount)))
}
