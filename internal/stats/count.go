package stats

import "slices"

// A Count is one bucket of a histogram. Lists of them ascend by key and contain no zeros.
type Count struct{ Key, N int64 }

// appendCount adds to the last bucket, or to a new one behind it. It leaves out what did
// not happen.
func appendCount(cs []Count, key, n int64) []Count {
	if last := len(cs) - 1; last >= 0 && cs[last].Key == key {
		cs[last].N += n
		return cs
	}
	if n == 0 {
		return cs
	}
	return append(cs, Count{Key: key, N: n})
}

// addCounts adds a list to another. Few of its buckets are new where that matters.
func addCounts(to, cs []Count) []Count {
	to = slices.Grow(to, max(0, len(cs)-len(to)))
	i := 0
	for _, c := range cs {
		for i < len(to) && to[i].Key < c.Key {
			i++
		}
		if i < len(to) && to[i].Key == c.Key {
			to[i].N += c.N
			continue
		}
		to = slices.Insert(to, i, c)
	}
	return to
}

// raise counts what is below a key in the bucket of the key.
func raise(cs []Count, key int64) []Count {
	below, n := 0, int64(0)
	for below < len(cs) && cs[below].Key <= key {
		n += cs[below].N
		below++
	}
	if below == 0 {
		return cs
	}
	cs[below-1] = Count{Key: key, N: n}
	return cs[below-1:]
}
