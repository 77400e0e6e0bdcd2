package main

import (
	"maps"
	"net/http"
	"sync"
	"time"
)

// A counter counts and records the requests whose response a handler has written. One
// whose user has gone before that (panic with http.ErrAbortHandler) has only begun.
type counter struct {
	next   http.Handler
	record *record

	mu    sync.Mutex
	begun int64 // requests, answered or not
	total int64
	paths map[string]int64
}

func newCounter(next http.Handler, record *record) *counter {
	return &counter{next: next, record: record, paths: map[string]int64{}}
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.begin()
	answer := &reply{ResponseWriter: w, visit: visit{At: time.Now()}}
	c.next.ServeHTTP(answer, r)
	answer.Path = r.Pattern // "" for a page that does not exist
	c.record.add(answer.visit)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.total++
	c.paths[answer.Path]++
}

func (c *counter) begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.begun++
}

func (c *counter) report(w http.ResponseWriter, _ *http.Request) {
	c.mu.Lock()
	begun, total, paths := c.begun, c.total, maps.Clone(c.paths)
	c.mu.Unlock()
	answer(w, map[string]any{"begun": begun, "total": total, "paths": paths})
}
