package stats

import (
	"strings"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// An entry is what is kept of one (method, name). Everything is counted once, in the
// pending window; a report moves it to the archive. All that ever happened is the sum of
// both, and what is in flight is a copy.
type entry struct {
	pending window
	entryKey
	interrupted int64
	archive     sums
	owed        *Entry // of a report that was not confirmed
}

// take returns what is to be reported. Afterwards nothing is.
func (e *entry) take(start time.Time, s *scale) Entry {
	r := e.pending.entry(s)
	if e.owed != nil {
		r.add(e.owed)
		r.keepSeconds()
	}
	r.Method, r.Name, r.Start = e.method, e.name, start
	e.settle()
	return r
}

// settle archives what was to be reported.
func (e *entry) settle() {
	e.pending.settle(&e.archive)
	e.owed = nil
}

// An entryTable gives each (method, name) an entry, up to a maximum. Its first entry, the
// overflow, is for all others and is not counted in the maximum.
type entryTable struct {
	max   int
	names *nameTable
	list  []*entry
}

func newEntryTable(maximum int, overflow string) entryTable {
	t := entryTable{
		max:   maximum,
		names: newNameTable(),
		list:  []*entry{{entryKey: entryKey{name: overflow}}},
	}
	t.names.add(&named{t.list[0].entryKey, 0}) // who asks for it by name gets no second one
	return t
}

// find returns the entry for k, a new one if need be and if there may be one more, or else
// the overflow.
func (t *entryTable) find(k entryKey) tasks.Entry {
	k = entryKey{cleanText(k.method), cleanText(k.name)}
	if id, ok := t.names.find(k); ok {
		return id
	}
	if len(t.list) > t.max {
		return 0
	}
	k = entryKey{strings.Clone(k.method), strings.Clone(k.name)}
	id := tasks.Entry(len(t.list))
	t.names.add(&named{k, id})
	t.list = append(t.list, &entry{entryKey: k})
	return id
}

// at returns the entry of a handle, or the overflow if there is none.
func (t *entryTable) at(id tasks.Entry) *entry {
	if uint(id) < uint(len(t.list)) {
		return t.list[id]
	}
	return t.list[0]
}

func cleanText(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
