package protocol

// LocustfileRequest asks for the master's locustfile, since Locust 2.23.0. Python workers
// send it with a node ID of its own and before they register (locust/argument_parser.py).
type LocustfileRequest struct {
	Version string // the worker's Locust version; a master logs an error if it differs
}

// Type returns "locustfile".
func (*LocustfileRequest) Type() string { return "locustfile" }

func (m *LocustfileRequest) appendData(w *writer) {
	w.object(1)
	w.field("version", m.Version)
}

func (m *LocustfileRequest) readData(r *reader) error {
	return r.fields(required("version", text(&m.Version)))
}
