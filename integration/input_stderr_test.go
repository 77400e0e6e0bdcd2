//go:build integration

package integration

import (
	"bytes"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// TestStderrIsNotRead starts a worker whose standard error is a full pipe, or one that nobody
// will read: it works all the same, is not taken for missing, and ends at SIGTERM with all of
// its requests reported.
func TestStderrIsNotRead(t *testing.T) {
	t.Parallel()
	program := built(t, "faulty")
	for name, pipe := range map[string]func(*testing.T) *os.File{"full": fullPipe, "broken": brokenPipe} {
		t.Run(name, func(t *testing.T) { worksWithStderr(t, program, pipe(t)) })
	}
}

func worksWithStderr(t *testing.T, program string, stderr *os.File) {
	s := newScene(t, time.Minute)
	target := s.target()
	m := s.master(target, rig.MasterConfig{Locustfile: s.locustfileOf(program), WebUI: true, StopTimeout: 20 * time.Second})
	proxy := s.proxy(m)
	w := s.run(rig.WorkerConfig{Path: program, Master: proxy.Addr(), Env: []string{"FAULTY_REQUEST=100ms"}, Stderr: stderr})
	s.state(m, "ready", 1, 0)
	s.ok(m.API().Swarm(s.ctx, rig.Swarm{Users: 10}))
	// In 100 ms a user sends 1 request, so this takes 6 s; the master misses a silent worker after 3 s.
	st, err := m.API().WaitStats(s.ctx, func(st *rig.Stats) bool {
		return st.Total().NumRequests >= 600 && len(st.Workers) == 1 && st.Workers[0].State == "running" && st.UserCount == 10
	})
	if err != nil {
		t.Fatalf("%v: workers %+v, want one with 10 users", err, st)
	}
	s.terminate(w.Process, 6*time.Second, 0)
	if _, err := proxy.WaitFrame(s.within(time.Second), isQuit); err != nil {
		t.Errorf("no quit: %v", err)
	}
	s.counted(m, s.served(target))
}

// brokenPipe returns the end of a pipe that has no other.
func brokenPipe(t *testing.T) *os.File {
	t.Helper()
	unread, broken, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	_ = unread.Close()
	t.Cleanup(func() { _ = broken.Close() })
	return broken
}

// fullPipe returns the end of a pipe that takes no more bytes, and that nobody reads.
func fullPipe(t *testing.T) *os.File {
	t.Helper()
	unread, full, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = unread.Close(), full.Close() })
	if err := full.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := full.Write(bytes.Repeat([]byte("."), 4<<20)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("the pipe has taken %d bytes: %v", n, err)
	}
	return full
}
