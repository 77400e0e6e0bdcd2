package main

import (
	"maps"
	"net/http"
	"sync"
)

// A counter counts the requests whose response a handler has written. One whose user has
// gone before that (panic with http.ErrAbortHandler) is not counted.
type counter struct {
	next http.Handler

	mu    sync.Mutex
	total int64
	paths map[string]int64
}

func newCounter(next http.Handler) *counter {
	return &counter{next: next, paths: map[string]int64{}}
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.next.ServeHTTP(w, r)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.total++
	c.paths[r.Pattern]++ // "" for a page that does not exist
}

func (c *counter) report(w http.ResponseWriter, _ *http.Request) {
	c.mu.Lock()
	total, paths := c.total, maps.Clone(c.paths)
	c.mu.Unlock()
	answer(w, map[string]any{"total": total, "paths": paths})
}
