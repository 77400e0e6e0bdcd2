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
	keys := make([]entryKey, 200)
	for i := range keys {
		keys[i] = keyNo(i)
	}
	for range 50 {
		names := newNameTable()
		var added atomic.Int64
		var reader sync.WaitGroup
		reader.Go(func() {
			for int(added.Load()) < len(keys) && findAll(t, names, keys, &added) {
			}
		})
		for i, k := range keys {
			names.add(&named{k, tasks.Entry(i)})
			added.Store(int64(i + 1))
			findAll(t, names, keys[:20], &added) // gives the reader time
		}
		reader.Wait()
	}
}

// findAll looks for keys. Those that have been added must be found, others may be.
func findAll(t *testing.T, names *nameTable, keys []entryKey, added *atomic.Int64) bool {
	for i, k := range keys {
		n := int(added.Load())
		if id, ok := names.find(k); i < n && !ok || ok && id != tasks.Entry(i) {
			t.Errorf("%q is entry %d, %v, want %d of %d", k, id, ok, i, n)
			return false
		}
	}
	return true
}
