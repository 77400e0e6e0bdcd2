package protocol

import "fmt"

// Heartbeat says once per second that a worker lives. A master misses a worker 4 to 5 s
// after its last heartbeat (locust/runners.py). Append fails on an unknown state.
type Heartbeat struct {
	State       State
	CPUUsage    float64 // percent of the available CPU, 0 to 100; sent as 0 if not finite
	MemoryUsage uint64  // resident memory in bytes; sent since Locust 2.4.2
}

// Type returns "heartbeat".
func (*Heartbeat) Type() string { return "heartbeat" }

func (m *Heartbeat) appendData(w *writer) {
	if err := m.State.check(); err != nil {
		w.keep(fmt.Errorf("state: %w", err))
	}
	w.object(3)
	w.field("state", string(m.State))
	w.string("current_cpu_usage")
	w.float(m.CPUUsage)
	w.string("current_memory_usage")
	w.uint(m.MemoryUsage)
}

func (m *Heartbeat) readData(r *reader) error {
	return r.fields(
		required("state", m.readState),
		required("current_cpu_usage", float(&m.CPUUsage)),
		optional("current_memory_usage", unsigned(&m.MemoryUsage)),
	)
}

func (m *Heartbeat) readState(r *reader) error {
	s, err := r.string()
	m.State = State(s)
	if err != nil {
		return err
	}
	return m.State.check()
}
