// Package summary adds up what a worker reports and shows it as Locust does: as tables, as
// CSV files and as JSON (locust/stats.py, 2.47). It reads no clock, and prints what a master
// with the same reports would print.
package summary

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/hopperband/hopperband/protocol"
)

// Keep says what a Summary keeps besides the totals, at the price of memory. The zero Keep
// is for tables.
type Keep struct {
	Seconds bool // the requests of each second, for JSON; only the last ones count for rates
	Recent  bool // the response times of the last seconds, for a full history
}

// A Summary is what is known of one test.
type Summary struct {
	keep       Keep
	total      *entry
	entries    map[key]*entry
	failures   map[string]*protocol.StatsError // by their key of the wire
	order      []*protocol.StatsError          // of failures, as they came
	exceptions map[string]*exception           // by traceback
	raised     []*exception                    // as they came
	users      int
}

// A key tells entries apart. Locust sorts by it.
type key struct{ name, method string }

func (k key) compare(o key) int {
	return cmp.Or(cmp.Compare(k.name, o.name), cmp.Compare(k.method, o.method))
}

type exception struct {
	message, traceback string
	count              int64
}

// New returns the summary of a test that begins now.
func New(now time.Time, keep Keep) *Summary {
	return &Summary{
		keep: keep, total: newEntry("Aggregated", "", unix(now), keep), entries: map[key]*entry{},
		failures: map[string]*protocol.StatsError{}, exceptions: map[string]*exception{},
	}
}

// Reset forgets all requests and failures, as --reset-stats does: names stay, at zero.
func (s *Summary) Reset(now time.Time) {
	s.total = newEntry(s.total.name, s.total.method, unix(now), s.keep)
	for k := range s.entries {
		s.entries[k] = newEntry(k.name, k.method, unix(now), s.keep)
	}
	s.failures, s.order = map[string]*protocol.StatsError{}, nil
}

// Add adds a report, or a piece of one, that comes now.
func (s *Summary) Add(now time.Time, m *protocol.Stats) {
	s.users = 0
	for n := range maps.Values(m.UserClassesCount) {
		s.users += n
	}
	for i := range m.Entries {
		e := &m.Entries[i]
		k := key{e.Name, e.Method}
		if s.entries[k] == nil {
			s.entries[k] = newEntry(k.name, k.method, unix(now), s.keep)
		}
		s.entries[k].extend(e)
	}
	s.total.extend(&m.Total)
	for i := range m.Errors {
		s.addFailure(&m.Errors[i])
	}
}

func (s *Summary) addFailure(e *protocol.StatsError) {
	k := protocol.ErrorKey(e.Method, e.Name, e.Error)
	known := s.failures[k]
	if known == nil {
		fresh := *e
		s.failures[k] = &fresh
		s.order = append(s.order, &fresh)
		return
	}
	known.Occurrences += e.Occurrences
	if f := e.FirstSeen; f.Valid && (!known.FirstSeen.Valid || f.Float64 < known.FirstSeen.Float64) {
		known.FirstSeen = f
	}
	if l := e.LastSeen; l.Valid && l.Float64 > known.LastSeen.Float64 {
		known.LastSeen = l
	}
}

// AddException adds one occurrence of an exception.
func (s *Summary) AddException(m *protocol.Exception) {
	x := s.exceptions[m.Traceback]
	if x == nil {
		x = &exception{message: m.Msg, traceback: m.Traceback}
		s.exceptions[m.Traceback] = x
		s.raised = append(s.raised, x)
	}
	x.count++
}

// Failed says that a request failed or that there was an exception, for which Locust has an
// exit code of its own (locust/main.py).
func (s *Summary) Failed() bool { return len(s.order) > 0 || len(s.raised) > 0 }

// sorted are the entries by name and method.
func (s *Summary) sorted() []*entry {
	all := make([]*entry, 0, len(s.entries)+1)
	for _, k := range slices.SortedFunc(maps.Keys(s.entries), key.compare) {
		all = append(all, s.entries[k])
	}
	return all
}

func unix(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }
