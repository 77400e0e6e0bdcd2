package protocol

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// maxUsers bounds the number of users of one class, in both directions.
const maxUsers = math.MaxInt32

// userClasses writes user_classes_count and user_count, the sum. A count below 0 or
// above maxUsers is written as that bound.
func (w *writer) userClasses(counts map[string]int) {
	counts = cleanUserClasses(counts)
	w.string("user_classes_count")
	w.object(len(counts))
	sum := int64(0)
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		w.key(name)
		w.int(int64(counts[name]))
		sum += int64(counts[name])
	}
	w.string("user_count")
	w.int(sum)
}

// cleanUserClasses adds up classes whose names become equal: in Python the last one
// would replace the others.
func cleanUserClasses(counts map[string]int) map[string]int {
	out := make(map[string]int, len(counts))
	for name, n := range counts {
		name = clean(name)
		out[name] = min(out[name]+min(max(n, 0), maxUsers), maxUsers)
	}
	return out
}

func userClasses(p *map[string]int) func(*reader) error {
	return func(r *reader) error {
		n, err := r.object()
		if err != nil {
			return err
		}
		*p = make(map[string]int)
		for range n {
			name, err := r.string()
			if err != nil {
				return err
			}
			if err := checkKey(name); err != nil {
				return err
			}
			count, err := r.int()
			if err != nil {
				return fmt.Errorf("%.64q: %w", name, err)
			}
			if count < 0 || count > maxUsers {
				return fmt.Errorf("%.64q: count %d is out of range", name, count)
			}
			(*p)[name] = int(count)
		}
		return nil
	}
}
