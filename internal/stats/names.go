package stats

import (
	"hash/maphash"
	"sync/atomic"

	"github.com/hopperband/hopperband/tasks"
)

type entryKey struct{ method, name string }

// A nameTable maps keys to entries. Any goroutine may look up while one adds: readers take
// no lock, and nothing is ever removed. It is open addressing, at most half full.
type nameTable struct {
	seed  maphash.Seed
	n     int
	slots atomic.Pointer[[]nameSlot] // a power of two
}

type nameSlot = atomic.Pointer[named]

// A named does not change. It is not part of the entry, whose counters do.
type named struct {
	entryKey
	id tasks.Entry
}

func newNameTable() *nameTable {
	t := &nameTable{seed: maphash.MakeSeed()}
	slots := make([]nameSlot, 64)
	t.slots.Store(&slots)
	return t
}

func (t *nameTable) find(k entryKey) (tasks.Entry, bool) {
	_, x := t.slot(*t.slots.Load(), k)
	if x == nil {
		return 0, false
	}
	return x.id, true
}

// slot returns where a key is, or belongs, and what was there: another key may come there
// before a second look.
func (t *nameTable) slot(slots []nameSlot, k entryKey) (*nameSlot, *named) {
	mask := uint64(len(slots) - 1)
	for i := t.hash(k); ; i++ {
		slot := &slots[i&mask]
		if x := slot.Load(); x == nil || x.entryKey == k {
			return slot, x
		}
	}
}

// hash tells methods apart by their length only: of one name there are a few at most, and
// they lie side by side.
func (t *nameTable) hash(k entryKey) uint64 {
	return maphash.String(t.seed, k.name) + uint64(len(k.method))
}

// add adds a key that is not in the table. The caller sees to it that nobody else does.
func (t *nameTable) add(x *named) {
	slots := *t.slots.Load()
	t.n++
	if 2*t.n > len(slots) {
		slots = t.grown(slots)
	}
	slot, _ := t.slot(slots, x.entryKey)
	slot.Store(x)
	t.slots.Store(&slots)
}

func (t *nameTable) grown(slots []nameSlot) []nameSlot {
	grown := make([]nameSlot, 2*len(slots))
	for i := range slots {
		if x := slots[i].Load(); x != nil {
			slot, _ := t.slot(grown, x.entryKey)
			slot.Store(x)
		}
	}
	return grown
}
