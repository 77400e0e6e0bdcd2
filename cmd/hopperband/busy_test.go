//go:build unix

package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
)

// A stumbling swarm fails every other request to each path, once a test was started.
func stumbling(s *swarm) http.Handler {
	started := false
	asked := map[string]int{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		started = started || s.running
		fails := started && asked[r.URL.Path]%2 == 0
		if started {
			asked[r.URL.Path]++
		}
		s.mu.Unlock()
		if fails {
			http.Error(w, "too busy", http.StatusServiceUnavailable)
			return
		}
		s.ServeHTTP(w, r)
	})
}

// ended runs a gate in a process of its own to its end, beside others.
func ended(t *testing.T, plan string) (code int, output string) {
	t.Helper()
	out, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	p := process(t, plan, out)
	_ = p.Wait()
	text, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	return p.ProcessState.ExitCode(), string(text)
}

// One query that fails does not lose the run, whichever it is.
func TestStumblingSwarm(t *testing.T) {
	t.Parallel()
	for _, figures := range []string{"workers", "master"} {
		t.Run(figures, func(t *testing.T) {
			t.Parallel()
			s, dir := startSwarm(t), t.TempDir()
			server := httptest.NewServer(stumbling(s))
			defer server.Close()
			plan := strings.ReplaceAll(s.plan(dir), s.URL, server.URL)
			plan = strings.Replace(plan, "source: {", "source: {figures: "+figures+", ", 1)
			code, output := ended(t, plan+"identity: {version_url: '"+server.URL+"/version'}\n")
			if code != 0 || s.runs() {
				t.Errorf("exit code %d, want 0; running %t:\n%s", code, s.runs(), output)
			}
			for _, path := range map[string][]string{
				"workers": {"/stop", "/metrics", "/stats/requests/csv", "/version"}, "master": {"/stop", "/stats/reset", "/stats/requests/csv", "/version"},
			}[figures] {
				if !strings.Contains(output, path+": status 503") {
					t.Errorf("%s did not fail:\n%s", path, output)
				}
			}
		})
	}
}

// A master that is gone, and a worker that is lost, are noticed long before the next look at
// the figures.
func TestLongInterval(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int // of the master, from its second answer on while the test runs
		from   string
		to     string
		code   int
		want   string
	}{
		"the master is gone":  {http.StatusServiceUnavailable, "", "", 7, "status 503"},
		"the worker is lost":  {http.StatusOK, `"state": "ready"}`, `"state": "missing"}`, 5, "1 of 1 workers lost"},
		"somebody stopped it": {http.StatusOK, "", "", 5, "the master ended the test by itself"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startSwarm(t)
			var looks atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/stats/requests" && s.runs() && looks.Add(1) > 1 {
					w.WriteHeader(test.status)
					_, _ = w.Write([]byte(strings.Replace(ready, test.from, test.to, 1)))
					return
				}
				s.ServeHTTP(w, r)
			}))
			defer server.Close()
			plan := strings.NewReplacer(s.URL, server.URL, "duration: 1s", "duration: 1h, interval: 1h").Replace(s.plan(t.TempDir()))
			if code, output := ended(t, plan); code != test.code || !strings.Contains(output, test.want) {
				t.Errorf("exit code %d, want %d and %q:\n%s", code, test.code, test.want, output)
			}
		})
	}
}
