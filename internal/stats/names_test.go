package stats

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// keyNo returns different keys. Their texts, put together, are all the same for each ten.
func keyNo(i int) entryKey {
	s := fmt.Sprintf("GETGETGETG/items/%d", i/10)
	return entryKey{s[:i%10], s[i%10:]}
}

func TestNameTableGrows(t *testing.T) {
	names := newNameTable()
	for i := range 5000 {
		if id, ok := names.find(keyNo(i)); ok {
			t.Fatalf("%q is entry %d before it is added", keyNo(i), id)
		}
		names.add(&named{keyNo(i), tasks.Entry(i)})
	}
	for i := range 5000 {
		if id, ok := names.find(keyNo(i)); !ok || id != tasks.Entry(i) {
			t.Fatalf("%q is entry %d, %v, want %d", keyNo(i), id, ok, i)
		}
	}
	if n := len(*names.slots.Load()); n < 2*names.n || n > 4*names.n {
		t.Errorf("%d slots for %d names", n, names.n)
	}
}

func TestNamesAreFoundWhileOthersAreAdded(t *testing.T) {
	for range 20 {
		names := newNameTable()
		var added atomic.Int64
		var readers sync.WaitGroup
		for range 3 {
			readers.Go(func() { findAll(t, names, &added) })
		}
		for i := range 1000 {
			names.add(&named{keyNo(i), tasks.Entry(i)})
			added.Store(int64(i + 1))
		}
		readers.Wait()
	}
}

// findAll looks for 1000 keys, of which those added must be found and others may be.
func findAll(t *testing.T, names *nameTable, added *atomic.Int64) {
	for i := range 1000 {
		n := int(added.Load())
		if id, ok := names.find(keyNo(i)); i < n && !ok || ok && id != tasks.Entry(i) {
			t.Errorf("%q is entry %d, %v, want %d of %d", keyNo(i), id, ok, i, n)
			return
		}
	}
}
