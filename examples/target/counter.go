package main

import (
	"maps"
	"net/http"
	"sync"
	"time"
)

// A counter counts and records the requests whose response a handler has written. One
// whose user has gone before that (panic with http.ErrAbortHandler) is none.
type counter struct {
	next   http.Handler
	record *record

	mu    sync.Mutex
	total int64
	paths map[string]int64
}

func newCounter(next http.Handler, record *record) *counter {
	return &counter{next: next, record: record, paths: map[string]int64{}}
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := &reply{ResponseWriter: w, visit: visit{At: time.Now()}}
	c.next.ServeHTTP(answer, r)
	answer.Path = r.Pattern // "" for a page that does not exist
	c.record.add(answer.visit)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.total++
	c.paths[answer.Path]++
}

func (c *counter) report(w http.ResponseWriter, _ *http.Request) {
	c.mu.Lock()
	total, paths := c.total, maps.Clone(c.paths)
	c.mu.Unlock()
	answer(w, map[string]any{"total": total, "paths": paths})
}
