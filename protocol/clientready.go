package protocol

import "errors"

// anyVersion says that the master must not compare versions (locust/runners.py).
const anyVersion = -1

// ClientReady registers a worker. The master answers with Ack. A worker that the master
// already knows must not send it during a test: it would get a double share of the users.
type ClientReady struct {
	Version string // the worker's Locust version; "" is sent as -1, which no master questions
}

// Type returns "client_ready".
func (*ClientReady) Type() string { return "client_ready" }

func (m *ClientReady) appendData(w *writer) {
	if m.Version == "" {
		w.int(anyVersion)
		return
	}
	w.string(m.Version)
}

func (m *ClientReady) readData(r *reader) error {
	k, err := r.kind()
	if err != nil {
		return err
	}
	if k == kindString {
		m.Version, err = r.string()
		if err == nil && m.Version == "" {
			err = errors.New("empty version")
		}
		return err
	}
	n, err := r.int()
	if err == nil && n != anyVersion {
		err = errors.New("version is neither a string nor -1")
	}
	return err
}
