package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// A swarm is a master with one worker that answer as real ones do, in one server. While a
// test runs, 300 requests are made from one look at the figures to the next.
type swarm struct {
	*httptest.Server
	mu       sync.Mutex
	running  bool
	stale    bool // the next statistics are those of the test that was stopped, as a master keeps them for two seconds
	requests int  // that the worker has made
	before   int  // those of earlier tests, which the master forgets
	failing  bool // from now on all of them fail, and after the next test the master is broken
	failures int  // that the worker has seen
	broken   bool
	headers  []string // of the requests to it: what they prove
}

func startSwarm(t *testing.T) *swarm {
	t.Helper()
	s := &swarm{}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *swarm) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, password, _ := r.BasicAuth()
	s.headers = append(s.headers, r.URL.Path+" "+password+" "+r.Header.Get("X-Token"))
	switch r.URL.Path {
	case "/swarm":
		s.running, s.before = true, s.requests
		fmt.Fprint(w, `{"success": true}`)
	case "/stop":
		s.running, s.stale, s.broken = false, true, s.failing
		fmt.Fprint(w, `{"success": true}`)
	case "/stats/requests":
		if s.broken {
			http.Error(w, "out of order", http.StatusInternalServerError)
			return
		}
		state := ready
		if s.running || s.stale {
			state = strings.NewReplacer(`"ready"`, `"running"`, `"user_count": 0`, `"user_count": 1`).Replace(ready)
		}
		s.stale = false
		fmt.Fprint(w, state)
	case "/stats/reset":
		s.before = s.requests
		fmt.Fprint(w, "ok")
	case "/stats/requests/csv":
		s.work()
		fmt.Fprintf(w, "Type,Name,Request Count,Failure Count\nGET,/,%[1]d,%[2]d\n,Aggregated,%[1]d,%[2]d\n", s.requests-s.before, s.failures)
	case "/metrics":
		s.work()
		w.Header().Set("Content-Type", "text/plain; version=0.0.4")
		fmt.Fprintf(w, "hopperband_cpu_ratio 0.1\nhopperband_requests_resent_total{node_id=\"a\"} 0\n"+
			"hopperband_requests_total{node_id=\"a\",method=\"GET\",name=\"/\",result=\"success\"} %d\n"+
			"hopperband_requests_total{node_id=\"a\",method=\"GET\",name=\"/\",result=\"failure\"} %d\n", s.requests-s.failures, s.failures)
	case "/version":
		fmt.Fprint(w, `{"version": "1.2.3"}`)
	default:
		http.NotFound(w, r)
	}
}

func (s *swarm) runs() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running
}

func (s *swarm) work() {
	if s.running {
		s.requests += 300
		if s.failing {
			s.failures += 300
		}
	}
}

// plan is one of a second, which writes all files there are into a folder. How long that
// second takes on a busy machine, and so the rate, decides nothing.
func (s *swarm) plan(dir string) string {
	return fmt.Sprintf("master: {url: '%[1]s'}\nsource: {workers: ['%[1]s/metrics']}\nrun: {users: 1, duration: 1s}\n"+
		"baseline: {store: '%[2]s/store', rate_floor: 1e6}\n"+
		"output: {json: '%[2]s/json', junit: '%[2]s/junit', html: '%[2]s/html', markdown: '%[2]s/md', record: '%[2]s/record'}\n", s.URL, dir)
}

func TestRun(t *testing.T) {
	s, dir := startSwarm(t), t.TempDir()
	for runs, want := range []string{"NO BASELINE", "low confidence: 1 of 3"} {
		code, output := call(t, s.plan(dir), nil, "gate", "run")
		if code != 0 || !strings.Contains(output, "PASS") || !strings.Contains(output, want) {
			t.Errorf("exit code %d, want 0 and %q:\n%s", code, want, output)
		}
		stored, _ := filepath.Glob(dir + "/store/*.json")
		if len(stored) != runs+1 {
			t.Errorf("%d runs in the store, want %d", len(stored), runs+1)
		}
	}
	for _, name := range []string{"json", "junit", "html", "md", "record"} {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || len(text) < 1000 {
			t.Errorf("%s: %v, %d bytes", name, err, len(text))
		}
	}
}

// A regression that no second run could confirm is none: the exit code is why there was none.
func TestConfirmationImpossible(t *testing.T) {
	s, dir := startSwarm(t), t.TempDir()
	if code, output := call(t, s.plan(dir), nil, "gate", "run"); code != 0 {
		t.Fatalf("exit code %d:\n%s", code, output)
	}
	s.mu.Lock()
	s.failing = true
	s.mu.Unlock()
	code, output := call(t, s.plan(dir), nil, "gate", "run")
	if code != 7 || !strings.Contains(output, "not confirmed by a second run") || !strings.Contains(output, "out of order") {
		t.Errorf("exit code %d, want 7:\n%s", code, output)
	}
}

// Secrets go to those whom they are for, and into nothing that is printed or written.
func TestSecretsStaySecret(t *testing.T) {
	s, dir := startSwarm(t), t.TempDir()
	secrets := map[string]string{"MASTER": "m4ster", "HEADER": "Bearer h3ader", "SOURCE": "s0urce", "VERSION": "v3rsion"}
	plan := strings.NewReplacer(
		"master: {", "master: {user: ci, password: 'env:MASTER', headers: {X-Token: 'env:HEADER'}, ",
		"source: {", "source: {user: ci, password: 'env:SOURCE', ",
	).Replace(s.plan(dir)) + "identity: {version_url: '" + s.URL + "/version', version_headers: {X-Token: 'env:VERSION'}}\n"
	code, output := call(t, plan, secrets, "gate", "run")
	if code != 0 {
		t.Fatalf("exit code %d:\n%s", code, output)
	}
	told := strings.Join(s.headers, "\n")
	for _, want := range []string{"/swarm m4ster Bearer h3ader", "/metrics s0urce ", "/version  v3rsion"} {
		if !strings.Contains(told, want) {
			t.Errorf("nobody got %q:\n%s", want, told)
		}
	}
	for _, other := range []string{"/metrics m4ster", "/swarm s0urce", "/version m4ster"} {
		if strings.Contains(told, other) {
			t.Errorf("%q: that is not its secret", other)
		}
	}
	files, err := filepath.Glob(dir + "/*")
	stored, _ := filepath.Glob(dir + "/store/*")
	if files = append(files, stored...); err != nil || len(files) < 7 {
		t.Fatalf("files %v, %v", files, err)
	}
	for _, file := range files {
		text, _ := os.ReadFile(file)
		output += string(text)
	}
	for _, secret := range []string{"m4ster", "h3ader", "s0urce", "v3rsion"} {
		if strings.Contains(output, secret) {
			t.Errorf("%s is in an output", secret)
		}
	}
}
