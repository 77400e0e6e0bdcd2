//go:build integration

package integration

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// TestInput gives a worker wrong flags, variables and declarations: it names what is wrong
// and ends with 2 before anything else.
func TestInput(t *testing.T) {
	program := built(t, "faulty")
	s := newScene(t, time.Minute)
	for _, test := range []struct {
		name  string
		args  []string
		env   string
		words []string
	}{
		{"two classes with one name", nil, "FAULTY_MISTAKE=twins", []string{`"Slow"`, "not the only one"}},
		{"class without tasks", nil, "FAULTY_MISTAKE=no-tasks", []string{`"Slow"`, "no tasks"}},
		{"negative weight", nil, "FAULTY_MISTAKE=weight", []string{`"Slow"`, "negative weight -7"}},
		{"wait time", nil, "FAULTY_MISTAKE=wait", []string{`"Slow"`, "Between(3s, 1s)"}},
		{"unknown flag", []string{"--master-hots", "x"}, "", []string{"--master-hots", "did you mean --master-host?"}},
		{"value of a flag", []string{"--connect-timeout", "soon"}, "", []string{"--connect-timeout", `"soon"`}},
		{"port", []string{"--master-port", "70000"}, "", []string{"70000", "65535"}},
		{"port in the host", []string{"--master-host", "127.0.0.1:5557"}, "", []string{`"127.0.0.1:5557"`, "--master-port"}},
		{"sub-command", []string{"locustfiles"}, "", []string{`"locustfiles"`}},
		{"log file", []string{"--logfile", "/dev/null/worker.log"}, "", []string{"log file", "/dev/null"}},
		{"variable", nil, "HOPPERBAND_CONNECT_TIMEOUT=1.5h", []string{"HOPPERBAND_CONNECT_TIMEOUT", `"1.5h"`}},
		{"port in a variable", nil, "LOCUST_MASTER_NODE_PORT=web", []string{"LOCUST_MASTER_NODE_PORT", `"web"`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, err := rig.Start(s.ctx, rig.Command{Name: "wrong", Path: program, Args: test.args, Env: []string{test.env}, Dir: t.ArtifactDir()})
			if err != nil {
				t.Fatal(err)
			}
			code, err := p.Wait(s.within(10 * time.Second))
			if err != nil || code != 2 {
				t.Errorf("exit code %d, %v; want 2", code, err)
			}
			for _, words := range append(test.words, "--help") {
				if !strings.Contains(p.Log(), words) {
					t.Errorf("it does not say %q but:\n%s", words, p.Log())
				}
			}
			if n := strings.Count(p.Log(), "\n"); n != 2 {
				t.Errorf("%d lines, want the mistake and the hint:\n%s", n, p.Log())
			}
		})
	}
}

// TestInputAddress gives workers addresses that are no master's: each gives up in time,
// with 1 and the reason, which it has named before, once.
func TestInputAddress(t *testing.T) {
	t.Parallel()
	s := newScene(t, time.Minute)
	web := s.master(s.target(), rig.MasterConfig{WebUI: true})
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	s.ok(err)
	t.Cleanup(func() { _ = silent.Close() })
	closed, err := rig.FreePort()
	s.ok(err)

	cases := []struct{ name, addr, timeout, words, end string }{
		{"unknown host", "nosuchhost.invalid:5557", "8s", `host "nosuchhost.invalid"`, "lookup nosuchhost.invalid"},
		{"refused", rig.Local(closed), "8s", "connection refused", "connection refused"},
		{"HTTP", server.Listener.Addr().String(), "8s", "speaks HTTP", "speaks HTTP"},
		{"web UI", strings.TrimPrefix(web.Web, "http://"), "8s", "web UI's port", "web UI's port"},
		{"silent", silent.Addr().String(), "8s", "says nothing", "says nothing"},
	}
	workers := make([]*rig.Worker, len(cases))
	for i, c := range cases {
		workers[i] = s.worker(strings.ReplaceAll(c.name, " ", "-"), c.addr, "--connect-timeout", c.timeout)
	}
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s.ends(workers[i].Process, 12*time.Second, 1)
			lines := complaints(t, workers[i].Process)
			if len(lines) != 3 {
				t.Fatalf("complaints %+v, want one of the link, one of the worker and one of the program", lines)
			}
			if m := lines[0].Message; !strings.Contains(m, c.words) || !strings.Contains(m, "cannot reach master "+c.addr) {
				t.Errorf("the first complaint is %q, want %q in it", m, c.words)
			}
			for _, words := range []string{c.addr, c.timeout, "--connect-timeout", c.end} {
				if !strings.Contains(lines[2].Error, words) {
					t.Errorf("the last error is %q, want %q in it", lines[2].Error, words)
				}
			}
		})
	}
}
