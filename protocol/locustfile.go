package protocol

// Locustfile answers a LocustfileRequest: with files or with an error
// (locust/runners.py).
type Locustfile struct {
	Files []LocustfileContent // one file before Locust 2.31.0
	Err   string              // why there are none; "" if there are
}

// A LocustfileContent is a locustfile, or where to get it.
type LocustfileContent struct {
	Filename string // without a directory since Locust 2.23.1
	Contents string
	URL      string // if it is set, the file is there and Filename and Contents are empty
}

// Type returns "locustfile".
func (*Locustfile) Type() string { return "locustfile" }

func (m *Locustfile) appendData(w *writer) {
	w.object(1)
	if m.Err != "" {
		w.field("error", m.Err)
		return
	}
	w.string("locustfiles")
	w.array(len(m.Files))
	for _, f := range m.Files {
		f.append(w)
	}
}

func (c LocustfileContent) append(w *writer) {
	if c.URL != "" {
		w.string(c.URL)
		return
	}
	w.object(2)
	w.field("filename", c.Filename)
	w.field("contents", c.Contents)
}

// readData reads both forms, of which 2.23 to 2.30 masters send the one without a list.
func (m *Locustfile) readData(r *reader) error {
	var single LocustfileContent
	listed, named := false, false
	err := r.fields(
		optional("error", text(&m.Err)),
		optional("locustfiles", noting(&listed, m.readFiles)),
		optional("filename", noting(&named, text(&single.Filename))),
		optional("contents", text(&single.Contents)),
	)
	switch {
	case err != nil || listed || m.Err != "":
		return err
	case !named:
		return fieldError("locustfiles", errMissing)
	}
	m.Files = []LocustfileContent{single}
	return nil
}

func (m *Locustfile) readFiles(r *reader) error {
	n, err := r.array()
	if err != nil {
		return err
	}
	m.Files = nil
	for range n {
		var c LocustfileContent
		if err := c.read(r); err != nil {
			return err
		}
		m.Files = append(m.Files, c)
	}
	return nil
}

func (c *LocustfileContent) read(r *reader) error {
	k, err := r.kind()
	if err != nil {
		return err
	}
	if k == kindString {
		return text(&c.URL)(r)
	}
	return r.fields(
		required("filename", text(&c.Filename)),
		required("contents", text(&c.Contents)),
	)
}

// noting reads, and sets seen.
func noting(seen *bool, read func(*reader) error) func(*reader) error {
	return func(r *reader) error {
		*seen = true
		return read(r)
	}
}
