package protocol

// Stats reports what happened since the last report: differences, not totals. A worker
// sends it every 3 s in every state (locust/runners.py, locust/stats.py). Append fails if
// a user class has a name that Locust reserves, as for SpawningComplete.
type Stats struct {
	Entries          []StatsEntry   // those with a request or a failure
	Total            StatsEntry     // sent with the name "Aggregated" and the method ""
	Errors           []StatsError   // equal keys are added up
	UserClassesCount map[string]int // running users, also of classes with none; sent with its sum
}

// Type returns "stats".
func (*Stats) Type() string { return "stats" }

func (m *Stats) appendData(w *writer) {
	w.object(5)
	w.string("stats")
	w.array(len(m.Entries))
	for i := range m.Entries {
		e := &m.Entries[i]
		w.statsEntry(e.Name, e.Method, e)
	}
	w.string("stats_total")
	w.statsEntry(totalName, "", &m.Total)
	w.statsErrors(m.Errors)
	w.userClasses(m.UserClassesCount)
}

func (m *Stats) readData(r *reader) error {
	return r.fields(
		required("stats", m.readEntries),
		required("stats_total", m.readTotal),
		required("errors", m.readErrors),
		required("user_classes_count", userClasses(&m.UserClassesCount)),
	)
}

func (m *Stats) readEntries(r *reader) error {
	n, err := r.array()
	if err != nil {
		return err
	}
	m.Entries = nil
	for range n {
		var e StatsEntry
		if err := r.fields(e.fields(text(&e.Method))...); err != nil {
			return err
		}
		m.Entries = append(m.Entries, e)
	}
	return nil
}

// readTotal reads the total, whose method is None up to Locust 2.46.1.
func (m *Stats) readTotal(r *reader) error {
	m.Total = StatsEntry{}
	return r.fields(m.Total.fields(textOrNull(&m.Total.Method))...)
}

func (m *Stats) readErrors(r *reader) error {
	n, err := r.object()
	if err != nil {
		return err
	}
	m.Errors = nil
	for range n {
		if _, err := r.string(); err != nil {
			return err
		}
		var e StatsError
		if err := e.read(r); err != nil {
			return err
		}
		m.Errors = append(m.Errors, e)
	}
	return nil
}
