package protocol

// Logs replaces the log lines of a worker that the master shows, since Locust 2.29.0.
// Earlier masters log a warning about it (locust/runners.py).
type Logs struct {
	WorkerID string // the node ID; a master ignores the lines if it is empty
	Lines    []string
}

// Type returns "logs".
func (*Logs) Type() string { return "logs" }

func (m *Logs) appendData(w *writer) {
	w.object(2)
	w.field("worker_id", m.WorkerID)
	w.string("logs")
	w.array(len(m.Lines))
	for _, line := range m.Lines {
		w.string(line)
	}
}

func (m *Logs) readData(r *reader) error {
	return r.fields(
		required("worker_id", text(&m.WorkerID)),
		required("logs", m.readLines),
	)
}

func (m *Logs) readLines(r *reader) error {
	n, err := r.array()
	if err != nil {
		return err
	}
	m.Lines = nil
	for range n {
		line, err := r.string()
		if err != nil {
			return err
		}
		m.Lines = append(m.Lines, line)
	}
	return nil
}
