package stats

import (
	"strings"

	"github.com/hopperband/hopperband/tasks"
)

type entryKey struct{ method, name string }

// An entry is what is kept of one (method, name): a window for the master's next report,
// and counters for metrics.
type entry struct {
	entryKey
	pending window
	counters
}

// An entryTable gives each (method, name) an entry, up to a maximum. Its first entry, the
// overflow, is for all others and is not counted in the maximum.
type entryTable struct {
	max  int
	ids  map[entryKey]tasks.Entry
	list []*entry
}

func newEntryTable(maximum int, overflow string) entryTable {
	return entryTable{
		max:  maximum,
		ids:  make(map[entryKey]tasks.Entry),
		list: []*entry{{entryKey: entryKey{name: overflow}}},
	}
}

// find returns the entry for k, a new one if need be, and whether it is an entry of its own.
func (t *entryTable) find(k entryKey) (id tasks.Entry, known bool) {
	k = entryKey{cleanText(k.method), cleanText(k.name)}
	if id, known = t.ids[k]; known {
		return id, true
	}
	if len(t.ids) == t.max {
		return 0, false
	}
	k = entryKey{strings.Clone(k.method), strings.Clone(k.name)}
	id = tasks.Entry(len(t.list))
	t.ids[k] = id
	t.list = append(t.list, &entry{entryKey: k})
	return id, true
}

// at returns the entry of a handle, or the overflow if there is none.
func (t *entryTable) at(id tasks.Entry) *entry {
	if uint(id) < uint(len(t.list)) {
		return t.list[id]
	}
	return t.list[0]
}

func cleanText(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
