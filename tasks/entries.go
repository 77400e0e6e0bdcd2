package tasks

import "sync/atomic"

// entries are the handles that a user has asked its Recorder for by name: the first few,
// which is all that most users ever have. They are written once each, so that several
// goroutines of a user may look.
type entries [4]atomic.Pointer[namedEntry]

type namedEntry struct {
	method, name string
	entry        Entry
}

// find returns the handle that e has for method and name.
func (e *entries) find(method, name string) (Entry, bool) {
	for i := range e {
		known := e[i].Load()
		if known == nil {
			break
		}
		if known.name == name && known.method == method {
			return known.entry, true
		}
	}
	return 0, false
}

func (e *entries) full() bool { return e[len(e)-1].Load() != nil }

// keep keeps one more, if there is room.
func (e *entries) keep(one *namedEntry) {
	for i := range e {
		if e[i].CompareAndSwap(nil, one) {
			return
		}
	}
}

// entry returns the Recorder's handle, for record.
func (u *User) entry(method, name string) Entry {
	e, ok := u.entries.find(method, name)
	if !ok {
		e = u.recorder.Entry(method, name)
		u.entries.keep(&namedEntry{method, name, e})
	}
	return e
}
