package protocol

import (
	"cmp"
	"slices"
)

// A Count is how many requests fell on a key: a response time in milliseconds, rounded as
// Locust does, or a Unix second.
type Count struct{ Key, N int64 }

// counts writes a map with integer keys. A master fails on string keys.
func (w *writer) counts(cs []Count) {
	if !slices.IsSortedFunc(cs, notBefore) {
		cs = merged(cs)
	}
	w.object(len(cs))
	for _, c := range cs {
		w.int(c.Key)
		w.int(c.N)
	}
}

// notBefore orders by key. Equal keys are out of order: Python would keep only the last.
func notBefore(a, b Count) int {
	if a.Key <= b.Key {
		return -1
	}
	return 1
}

// merged sorts by key and adds what has the same key.
func merged(cs []Count) []Count {
	cs = slices.Clone(cs)
	slices.SortFunc(cs, func(a, b Count) int { return cmp.Compare(a.Key, b.Key) })
	out := cs[:0]
	for _, c := range cs {
		if n := len(out); n > 0 && out[n-1].Key == c.Key {
			out[n-1].N += c.N
		} else {
			out = append(out, c)
		}
	}
	return out
}
