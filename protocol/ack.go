package protocol

// Ack answers each ClientReady that was accepted, since Locust 2.10.0 (locust/runners.py).
type Ack struct {
	Index int // the worker's number, from 0, kept by its node ID; -1 from 2.10 masters, which have none
}

// Type returns "ack".
func (*Ack) Type() string { return "ack" }

func (m *Ack) appendData(w *writer) {
	if m.Index < 0 {
		w.null()
		return
	}
	w.object(1)
	w.string("index")
	w.int(int64(m.Index))
}

func (m *Ack) readData(r *reader) error {
	m.Index = -1
	if null, err := r.null(); null || err != nil {
		return err
	}
	return r.fields(optional("index", number(&m.Index)))
}
