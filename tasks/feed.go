package tasks

import (
	"slices"
	"sync"
)

// A Feed hands out test data to many users at once. The zero Feed is empty. A Feed must
// not be copied after its first use. (A plain slice needs a lock of its own here: unlike
// Locust's greenlets, users run at the same time.)
type Feed[T any] struct {
	mu   sync.Mutex
	rows []T
	next int // index in rows
}

// NewFeed returns a feed of rows.
func NewFeed[T any](rows ...T) *Feed[T] { return &Feed[T]{rows: slices.Clone(rows)} }

// Next returns the next row; after the last one comes the first. Rows that are taken are
// left out. It panics if there is no row, which is an exception of the task.
func (f *Feed[T]) Next() T {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.rows) == 0 {
		panic("tasks: Feed.Next: the feed has no rows")
	}
	row := f.rows[f.next%len(f.rows)]
	f.next = (f.next + 1) % len(f.rows)
	return row
}

// Take takes a row out of the feed, so that u alone has it; it is added again when u
// has ended. With a nil u it is gone for good, unless the caller adds it. Take returns false
// if no row is left.
func (f *Feed[T]) Take(u *User) (row T, ok bool) {
	row, ok = f.remove()
	if ok && u != nil {
		u.Cleanup(func() { f.Add(row) })
	}
	return row, ok
}

// remove takes out the first row; Next goes on with the row that it would have come to.
func (f *Feed[T]) remove() (row T, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.rows) == 0 {
		return row, false
	}
	row = f.rows[0]
	var none T
	f.rows[0] = none // for the garbage collector
	f.rows = f.rows[1:]
	f.next = max(f.next-1, 0)
	return row, true
}

// Add appends rows.
func (f *Feed[T]) Add(rows ...T) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rows = append(f.rows, rows...)
}

// Len returns how many rows there are that no user has taken.
func (f *Feed[T]) Len() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.rows)
}
