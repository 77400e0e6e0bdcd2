//go:build unix

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Somebody who clears the master's statistics in the middle of a run leaves it half of its
// figures: they say nothing, and there is no second source that could tell.
func TestStatisticsClearedMidway(t *testing.T) {
	t.Parallel()
	s, dir := startSwarm(t), t.TempDir()
	tables := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		switch r.URL.Path {
		case "/stats/reset": // by the gate, at the beginning of the plateau
			tables = 0
		case "/stats/requests/csv":
			if tables++; s.running && tables == 2 { // the first one is that of the last look
				s.before = s.requests + 100
			}
		}
		s.mu.Unlock()
		s.ServeHTTP(w, r)
	}))
	defer server.Close()
	plan := strings.ReplaceAll(s.plan(dir), s.URL, server.URL)
	plan = strings.Replace(plan, fmt.Sprintf("source: {workers: ['%s/metrics']}", server.URL), "source: {figures: master}", 1)
	code, output := ended(t, plan)
	if code != 5 || !strings.Contains(output, "began anew") {
		t.Errorf("exit code %d, want 5 and why:\n%s", code, output)
	}
}
