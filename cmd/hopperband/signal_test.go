//go:build unix

package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// TestProcess is the program itself, for tests that send it signals.
func TestProcess(t *testing.T) {
	if os.Getenv("HOPPERBAND_TEST_PROCESS") == "" {
		t.Skip("it is run by other tests, in a process of its own")
	}
	os.Args = []string{"hopperband", "gate", "run"}
	main()
}

// process starts gate run with a plan. Its output goes to out.
func process(t *testing.T, plan string, out *os.File) *exec.Cmd {
	t.Helper()
	p := exec.Command(os.Args[0], "-test.run=^TestProcess$", "-test.timeout=5m")
	p.Dir, p.Env = t.TempDir(), append(os.Environ(), "HOPPERBAND_TEST_PROCESS=1")
	p.Stdout, p.Stderr = out, out
	if err := os.WriteFile(p.Dir+"/gate.yaml", []byte(plan), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	return p
}

// deaf is a swarm that does not hear the first stops.
func deaf(s *swarm, stops int32) (server *httptest.Server, asked *atomic.Int32) {
	asked = &atomic.Int32{}
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/stop" && asked.Add(1) <= stops {
			<-r.Context().Done()
			return
		}
		s.ServeHTTP(w, r)
	})), asked
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for limit := time.Now().Add(30 * time.Second); !is(); {
		if time.Now().After(limit) {
			t.Fatal("not so: " + what)
		}
		<-time.After(10 * time.Millisecond)
	}
}

// A signal stops the load, or it is said that it may go on: also one that comes while the gate
// stops the load for a reason of its own.
func TestSignals(t *testing.T) {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP) // else processes inherit that nohup ignores it
	const refused = "run: {classes: [A], "
	for name, test := range map[string]struct {
		signal  os.Signal
		run     string // in place of the beginning of the plan's
		deaf    int32
		running bool
		code    int
		want    string
	}{
		"SIGINT":                        {syscall.SIGINT, "run: {", 0, false, 130, "the load is stopped"},
		"SIGTERM":                       {syscall.SIGTERM, "run: {", 0, false, 143, "the load is stopped"},
		"the terminal is closed":        {syscall.SIGHUP, "run: {", 0, false, 143, "the load is stopped"},
		"a master that does not answer": {syscall.SIGTERM, "run: {", 9, true, 143, "the load may go on: "},
		"while stopping":                {syscall.SIGTERM, refused, 1, false, 143, "the load is stopped"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startSwarm(t)
			server, asked := deaf(s, test.deaf)
			defer server.Close()
			out, err := os.Create(t.TempDir() + "/out")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = out.Close() }()
			plan := strings.NewReplacer("run: {", test.run, "duration: 1s", "duration: 10m", s.URL, server.URL).Replace(s.plan(t.TempDir()))
			p := process(t, plan, out)
			eventually(t, "the load runs", s.runs)
			if test.run == refused {
				eventually(t, "the gate stops the load", func() bool { return asked.Load() == 1 })
			}
			_ = p.Process.Signal(test.signal)
			_ = p.Wait()
			text, _ := os.ReadFile(out.Name())
			if code := p.ProcessState.ExitCode(); code != test.code || s.runs() != test.running || !bytes.Contains(text, []byte(test.want)) {
				t.Errorf("exit code %d, want %d; running %t, want %t; want %q:\n%s", code, test.code, s.runs(), test.running, test.want, text)
			}
		})
	}
}

// Nobody may read what the gate prints any more: its run goes on to its end all the same.
func TestBrokenPipe(t *testing.T) {
	s, dir := startSwarm(t), t.TempDir()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p := process(t, s.plan(dir), write)
	_, _ = write.Close(), read.Close()
	_ = p.Wait()
	if code := p.ProcessState.ExitCode(); code != 1 || s.runs() {
		t.Errorf("%v, want exit code 1; running %t", p.ProcessState, s.runs())
	}
	if text, err := os.ReadFile(dir + "/json"); err != nil || !bytes.Contains(text, []byte(`"PASS"`)) {
		t.Errorf("the report: %v, %s", err, text)
	}
}
