package protocol

// A StatsError is a failure with its number of occurrences since the last report
// (locust/stats.py). On the wire its key is ErrorKey's.
type StatsError struct {
	Method, Name string
	Error        string // Locust sends repr(exception), or a string as it is
	Occurrences  int64
	FirstSeen    NullFloat // Unix seconds; in Locust since 2.44.0
	LastSeen     NullFloat // Unix seconds; in Locust since 2.44.0
}

func (w *writer) statsErrors(errs []StatsError) {
	keys, merged := mergedErrors(errs)
	w.string("errors")
	w.object(len(keys))
	for i, key := range keys {
		e := &merged[i]
		w.string(key)
		w.object(6)
		w.field("name", e.Name)
		w.field("method", e.Method)
		w.field("error", e.Error)
		w.string("occurrences")
		w.int(e.Occurrences)
		w.string("first_seen")
		w.nullFloat(e.FirstSeen)
		w.string("last_seen")
		w.nullFloat(e.LastSeen)
	}
}

// mergedErrors returns errors with the keys they are sent under. Errors of the same key
// become one: in Python the last one would replace the others.
func mergedErrors(errs []StatsError) (keys []string, merged []StatsError) {
	index := make(map[string]int, len(errs))
	keys = make([]string, 0, len(errs))
	merged = make([]StatsError, 0, len(errs))
	for _, e := range errs {
		key := ErrorKey(e.Method, e.Name, e.Error)
		if i, ok := index[key]; ok {
			merged[i].add(e)
			continue
		}
		index[key] = len(keys)
		keys, merged = append(keys, key), append(merged, e)
	}
	return keys, merged
}

func (e *StatsError) add(o StatsError) {
	e.Occurrences += o.Occurrences
	if o.FirstSeen.Valid && (!e.FirstSeen.Valid || o.FirstSeen.Float64 < e.FirstSeen.Float64) {
		e.FirstSeen = o.FirstSeen
	}
	if o.LastSeen.Valid && (!e.LastSeen.Valid || o.LastSeen.Float64 > e.LastSeen.Float64) {
		e.LastSeen = o.LastSeen
	}
}

func (e *StatsError) read(r *reader) error {
	return r.fields(
		required("name", text(&e.Name)),
		required("method", text(&e.Method)),
		required("error", text(&e.Error)),
		required("occurrences", integer(&e.Occurrences)),
		optional("first_seen", floatOrNull(&e.FirstSeen)),
		optional("last_seen", floatOrNull(&e.LastSeen)),
	)
}
