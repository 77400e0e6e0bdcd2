//go:build integration

package integration

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// atOnce runs tests that wait for most of their time, more of them than there are CPUs,
// which t.Parallel would not.
func atOnce(t *testing.T, tests map[string]func(*testing.T)) {
	t.Helper()
	atMost(t, len(tests), tests)
}

// atMost is atOnce for so many tests that not all may run at the same time.
func atMost(t *testing.T, limit int, tests map[string]func(*testing.T)) {
	t.Helper()
	var all sync.WaitGroup
	free := make(chan struct{}, limit)
	for name, test := range tests {
		all.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			t.Run(name, test)
		})
	}
	all.Wait()
}

// run starts a worker of a program.
func (s *scene) run(c rig.WorkerConfig) *rig.Worker {
	s.t.Helper()
	c.Dir = s.dir
	w, err := rig.StartWorker(s.ctx, c)
	s.ok(err)
	s.watch(w.Process)
	return w
}

// locustfileOf returns the path of the locustfile that a worker's program prints.
func (s *scene) locustfileOf(program string) string {
	s.t.Helper()
	text, err := exec.CommandContext(s.ctx, program, "locustfile").Output()
	s.ok(err)
	path := filepath.Join(s.dir, filepath.Base(program)+".py")
	s.ok(os.WriteFile(path, text, 0o600))
	return path
}

// state waits until the master has so many workers and users, is in a state, and has
// counted a request in it if it runs.
func (s *scene) state(m *rig.Master, state string, workers, users int) *rig.Stats {
	s.t.Helper()
	st, err := m.API().WaitStats(s.ctx, func(st *rig.Stats) bool {
		return st.State == state && st.UserCount == users && live(st) == workers &&
			(state != "running" || st.Total().NumRequests > 0)
	})
	if err != nil {
		s.t.Fatalf("waiting for state %s, %d workers, %d users: %v", state, workers, users, err)
	}
	return st
}

// live counts the workers that are not missing.
func live(st *rig.Stats) (n int) {
	for _, w := range st.Workers {
		if w.State != "missing" {
			n++
		}
	}
	return n
}

// leastPatience is what a part of a test is given that takes next to nothing.
const leastPatience = 30 * time.Second

// within bounds a part of a test by what it takes on a quiet machine.
func (s *scene) within(d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(s.ctx, max(slack*d, leastPatience))
	s.t.Cleanup(cancel)
	return ctx
}

// line waits for the nth line of a process with some words.
func (s *scene) line(p *rig.Process, within time.Duration, n int, words string) {
	s.t.Helper()
	_, err := p.WaitLine(s.within(within), func(line string) bool {
		if strings.Contains(line, words) {
			n--
		}
		return n == 0
	})
	s.ok(err)
}

// loaded waits for the target's next request.
func (s *scene) loaded(target *rig.Target) {
	s.t.Helper()
	limit := s.within(5 * time.Second)
	for before := s.served(target); s.served(target) == before; {
		select {
		case <-time.After(20 * time.Millisecond):
		case <-limit.Done():
			s.t.Fatal("the target has no load any more")
		}
	}
}

// A logLine is a line of a worker's log.
type logLine struct{ Level, Message, Error string }

// complaints returns the warnings and errors of a worker.
func complaints(t *testing.T, p *rig.Process) (lines []logLine) {
	t.Helper()
	for text := range strings.Lines(p.Log()) {
		var l logLine
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Errorf("%s: a line that is no part of the log: %q", p.Name(), text)
			continue
		}
		if l.Level != "info" && l.Level != "debug" {
			lines = append(lines, l)
		}
	}
	return lines
}

// ends waits for a process to end by itself in time, with an exit code.
func (s *scene) ends(p *rig.Process, within time.Duration, want int) {
	s.t.Helper()
	begun := time.Now()
	code, err := p.Wait(s.within(within))
	s.ok(err)
	if code != want {
		s.t.Errorf("%s: exit code %d, want %d", p.Name(), code, want)
	}
	s.t.Logf("%s ended with %d after %v", p.Name(), code, time.Since(begun).Round(time.Millisecond))
}

// terminate sends a SIGTERM and waits for the end.
func (s *scene) terminate(p *rig.Process, within time.Duration, want int) {
	s.t.Helper()
	s.ok(p.Signal(syscall.SIGTERM))
	s.ends(p, within, want)
}
