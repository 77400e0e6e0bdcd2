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

// entry returns the Recorder's handle, for record.
func (u *User) entry(method, name string) Entry {
	for i := range u.entries {
		known := u.entries[i].Load()
		if known == nil {
			e := u.recorder.Entry(method, name)
			u.entries[i].CompareAndSwap(nil, &namedEntry{method, name, e})
			return e
		}
		if known.name == name && known.method == method {
			return known.entry
		}
	}
	return u.recorder.Entry(method, name)
}
