package main

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

// A visit is a page that was answered.
type visit struct {
	At      time.Time `json:"at"`      // when it was asked for
	Path    string    `json:"path"`    // its pattern, "" for a page that does not exist
	Status  int       `json:"status"`  // of the answer
	Seconds float64   `json:"seconds"` // from At until the answer began
}

// A record has the last visits, as the shop itself saw them: what a load generator
// measured can be held against it.
type record struct {
	mu     sync.Mutex
	visits []visit // a ring of all its capacity
	count  int     // of all visits ever
}

func newRecord(size int) *record { return &record{visits: make([]visit, 0, max(size, 0))} }

func (r *record) add(v visit) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch size := cap(r.visits); {
	case size == 0:
	case len(r.visits) < size:
		r.visits = append(r.visits, v)
	default:
		r.visits[r.count%size] = v
	}
	r.count++
}

// between are the visits that began in [from, to], and the number of those forgotten.
func (r *record) between(from, to time.Time) (found []visit, forgotten int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found = []visit{}
	for _, v := range r.visits {
		if !v.At.Before(from) && !v.At.After(to) {
			found = append(found, v)
		}
	}
	return found, r.count - len(r.visits)
}

// report answers the visits between the times from and to, such as
// 2026-01-02T15:04:05.123Z; without them, all.
func (r *record) report(w http.ResponseWriter, req *http.Request) {
	from, to := time.Time{}, time.Now()
	for name, t := range map[string]*time.Time{"from": &from, "to": &to} {
		if text := req.FormValue(name); text != "" {
			var err error
			if *t, err = time.Parse(time.RFC3339Nano, text); err != nil {
				http.Error(w, fmt.Sprintf("%s: %q is no time such as %s", name, text, time.RFC3339), http.StatusBadRequest)
				return
			}
		}
	}
	visits, forgotten := r.between(from, to)
	answer(w, map[string]any{"forgotten": forgotten, "visits": visits})
}

// A reply is a response that knows when it began, and says so in its header Server-Timing.
type reply struct {
	http.ResponseWriter
	visit
}

func (r *reply) WriteHeader(status int) {
	if r.Status == 0 {
		took := time.Since(r.At)
		r.Status, r.Seconds = status, took.Seconds()
		r.Header().Set("Server-Timing", fmt.Sprintf("total;dur=%.6f", float64(took)/float64(time.Millisecond)))
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *reply) Write(b []byte) (int, error) {
	if r.Status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	return r.ResponseWriter.Write(b)
}
