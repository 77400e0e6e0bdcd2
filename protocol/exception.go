package protocol

// Exception reports that a task failed with something else than a request. Masters group
// by the traceback, so equal failures need equal texts (locust/runners.py).
type Exception struct {
	Msg       string
	Traceback string
}

// Type returns "exception".
func (*Exception) Type() string { return "exception" }

func (m *Exception) appendData(w *writer) {
	w.object(2)
	w.field("msg", m.Msg)
	w.field("traceback", m.Traceback)
}

func (m *Exception) readData(r *reader) error {
	return r.fields(
		required("msg", text(&m.Msg)),
		required("traceback", text(&m.Traceback)),
	)
}
