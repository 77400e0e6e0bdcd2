package stats

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hopperband/hopperband/tasks"
)

// maxErrorText is the greatest length of an error's text in bytes. The master keeps each
// text for the whole run.
const maxErrorText = 1024

type faultKey struct {
	entry tasks.Entry
	text  string
}

// A fault is what is kept of one error of one entry for the next report.
type fault struct {
	faultKey
	of          entryKey
	occurrences int64
	first, last int64 // Unix nanoseconds
}

func (f *fault) add(n, first, last int64) {
	if f.occurrences == 0 {
		f.first, f.last = first, last
	}
	f.occurrences += n
	f.first = min(f.first, first)
	f.last = max(f.last, last)
}

// A faultTable gives each (entry, text) a fault, up to a maximum. Its first fault, the
// overflow, is for all others of all entries and is not counted in the maximum.
type faultTable struct {
	max  int
	ids  map[faultKey]int16
	list []*fault
}

func newFaultTable(maximum int, overflow string) faultTable {
	return faultTable{
		max:  maximum,
		ids:  make(map[faultKey]int16),
		list: []*fault{{faultKey: faultKey{text: overflow}}},
	}
}

// find returns the fault for k, a new one if need be, and whether it is a fault of its own.
func (t *faultTable) find(k faultKey, of *entry) (id int16, known bool) {
	k.text = cleanText(k.text)
	if id, known = t.ids[k]; known {
		return id, true
	}
	if len(t.ids) == t.max {
		return 0, false
	}
	k.text = strings.Clone(k.text)
	id = int16(len(t.list))
	t.ids[k] = id
	t.list = append(t.list, &fault{faultKey: k, of: of.entryKey})
	return id, true
}

func (t *faultTable) clear() {
	clear(t.ids)
	clear(t.list[1:])
	t.list = t.list[:1]
	t.list[0].occurrences = 0
}

// errorText returns the beginning of err's text. It survives an Error method that panics,
// such as that of a nil pointer.
func errorText(err error) (text string) {
	defer func() {
		if r := recover(); r != nil {
			text = shorten(fmt.Sprintf("%T: panic in Error: %v", err, r))
		}
	}()
	return shorten(err.Error())
}

// reasonOf survives what errorText does.
func reasonOf(err error) (reason tasks.Reason) {
	defer func() {
		if recover() != nil {
			reason = tasks.ReasonOther
		}
	}()
	return tasks.ReasonOf(err)
}

// shorten cuts off what is longer than maxErrorText, between characters.
func shorten(s string) string {
	if len(s) <= maxErrorText {
		return s
	}
	n := maxErrorText
	for n > maxErrorText-utf8.UTFMax && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// active returns the faults that occurred, in the order of a report.
func (t *faultTable) active() []*fault {
	var active []*fault
	for _, f := range t.list {
		if f.occurrences > 0 {
			active = append(active, f)
		}
	}
	slices.SortFunc(active, func(a, b *fault) int {
		return cmp.Or(a.of.compare(b.of), cmp.Compare(a.text, b.text))
	})
	return active
}

// take returns what has happened, and forgets it.
func (f *fault) take() Error {
	e := Error{
		Method: f.of.method, Name: f.of.name, Text: f.text, Occurrences: f.occurrences,
		FirstSeen: time.Unix(0, f.first), LastSeen: time.Unix(0, f.last),
	}
	f.occurrences = 0
	return e
}

// put is the reverse of take.
func (f *fault) put(e *Error) {
	f.add(e.Occurrences, e.FirstSeen.UnixNano(), e.LastSeen.UnixNano())
}
