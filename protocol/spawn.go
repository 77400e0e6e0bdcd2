package protocol

import (
	"maps"
	"math"
	"slices"
	"time"
)

// maxStopTimeout is what a longer stop timeout is taken for: sums with it do not overflow.
const maxStopTimeout = 100 * 365 * 24 * time.Hour

// Spawn says how many users of each class shall run on this worker: absolute numbers, not
// differences. A master sends it on each step of a ramp, to each worker, whether its
// numbers change or not (locust/runners.py).
type Spawn struct {
	Timestamp        float64        // Unix seconds of the master; a worker ignores what is not newer than the last
	UserClassesCount map[string]int // 0 to 2147483647 users of every class of the test
	Host             string         // "" if the master names none
	StopTimeout      time.Duration  // how long a user may take to end, 0 to 100 years; none and less are 0
	ParsedOptions    map[string]any // the master's arguments, with its secrets; nil before Locust 2.2.0
	// SkippedOptions are the names of received arguments whose values have no form here: they
	// hold an extension, a map with keys of two kinds, or a bad date. Append sends none.
	SkippedOptions []string
}

// Type returns "spawn".
func (*Spawn) Type() string { return "spawn" }

func (m *Spawn) appendData(w *writer) {
	n := 4
	if m.ParsedOptions != nil {
		n++
	}
	counts := cleanUserClasses(m.UserClassesCount)
	w.object(n)
	w.string("timestamp")
	w.float(m.Timestamp)
	w.string("user_classes_count")
	w.object(len(counts))
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		w.key(name)
		w.int(int64(counts[name]))
	}
	w.string("host")
	if m.Host == "" {
		w.null()
	} else {
		w.string(m.Host)
	}
	w.string("stop_timeout")
	w.float(m.StopTimeout.Seconds())
	if m.ParsedOptions != nil {
		w.string("parsed_options")
		w.value(m.ParsedOptions, 3)
	}
}

func (m *Spawn) readData(r *reader) error {
	return r.fields(
		required("timestamp", float(&m.Timestamp)),
		required("user_classes_count", userClasses(&m.UserClassesCount)),
		optional("host", textOrNull(&m.Host)),
		optional("stop_timeout", m.readStopTimeout),
		optional("parsed_options", m.readParsedOptions),
	)
}

// readStopTimeout reads None or an int up to Locust 2.12, a float from later ones.
func (m *Spawn) readStopTimeout(r *reader) error {
	m.StopTimeout = 0
	if null, err := r.null(); null || err != nil {
		return err
	}
	seconds, err := r.anyFloat()
	switch {
	case err != nil:
		return err
	case seconds >= maxStopTimeout.Seconds():
		m.StopTimeout = maxStopTimeout
	case seconds > 0:
		m.StopTimeout = time.Duration(math.Round(seconds * float64(time.Second)))
	}
	return nil
}

func (m *Spawn) readParsedOptions(r *reader) error {
	m.ParsedOptions = nil
	if null, err := r.null(); null || err != nil {
		return err
	}
	n, err := r.object()
	if err != nil {
		return err
	}
	m.ParsedOptions, m.SkippedOptions = make(map[string]any), nil
	for range n {
		if err := m.readOption(r); err != nil {
			return err
		}
	}
	return nil
}

// readOption reads one argument. One of the users' own that cannot be had is no reason to
// lose the test.
func (m *Spawn) readOption(r *reader) error {
	name, err := r.string()
	if err != nil {
		return err
	}
	raw, err := r.dec.DecodeRaw()
	if err != nil {
		return fieldError(name, err)
	}
	v, err := newReader(raw).value()
	if err != nil {
		m.SkippedOptions = append(m.SkippedOptions, name)
		return nil
	}
	m.ParsedOptions[name] = v
	return nil
}
