package worker

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/protocol"
	"github.com/hopperband/hopperband/tasks"
)

// stopsAfter is a user class whose only task takes d and then stops the test.
func stopsAfter(name string, d time.Duration) *tasks.UserClass {
	return &tasks.UserClass{Name: name, New: func(*tasks.User) tasks.TaskSet {
		return tasks.TaskSet{Tasks: []tasks.Task{{Name: "stop", Run: func(ctx context.Context) error {
			if err := tasks.Sleep(ctx, d); err != nil {
				return err
			}
			return fmt.Errorf("enough: %w", tasks.StopTest)
		}}}}
	}}
}

// A user's StopTest stops all users of its worker within the stop timeout; the master,
// whose test goes on, sees none of them any more, and may ask for users again.
func TestStopTest(t *testing.T) {
	var log strings.Builder
	play(t, Config{Log: zerolog.New(&log)}, func(s *script) {
		s.register()
		s.spawn(5*time.Second, "A", 3, "B", 1)
		s.wait(9 * time.Second)
		s.take()
		if got := s.w.swarm.total(); got != 4 {
			t.Fatalf("%d users before", got)
		}
		s.wait(2500 * ms) // B's task has ended
		if got := s.w.swarm.total(); got != 3 {
			t.Errorf("%d users right after, want the busy ones", got)
		}
		s.wait(5 * time.Second)
		if got := s.w.swarm.total(); got != 0 || s.lastState() != protocol.StateRunning {
			t.Errorf("%d users in state %s after the stop timeout", got, s.lastState())
		}
		if got := s.take(); strings.Contains(got, "exception") || strings.Contains(got, "client") {
			t.Errorf("posted %q", got)
		}
		if got := strings.Count(log.String(), "a user stops the test"); got != 1 {
			t.Errorf("%d lines, want one:\n%s", got, log.String())
		}
		s.spawn(5*time.Second, "A", 2)
		s.wait(2 * time.Second)
		if got := s.w.swarm.total(); got != 2 {
			t.Errorf("%d users of the next spawn", got)
		}
		s.master(&protocol.Stop{})
		s.wait(6 * time.Second)
		if got := s.take(); !strings.HasSuffix(got, "client_stopped client_ready") {
			t.Errorf("posted %q", got)
		}
	}, worksFor("A", time.Hour), stopsAfter("B", 10*time.Second))
}

// A worker that was given --headless leaves, and with its last worker a headless master.
func TestStopTestOfHeadlessWorker(t *testing.T) {
	cfg, err := configured(t, Config{}, "--worker --headless", nil)
	if err != nil {
		t.Fatal(err)
	}
	play(t, cfg, func(s *script) {
		s.register()
		s.spawn(5*time.Second, "A", 3, "B", 1)
		if err := s.wantEnd(20 * time.Second); err != nil {
			t.Error(err)
		}
		if got := s.take(); !strings.HasSuffix(got, " quit") {
			t.Errorf("posted %q", got)
		}
	}, worksFor("A", 100*ms), stopsAfter("B", 10*time.Second))
}

// A run without a master ends.
func TestStopTestAlone(t *testing.T) {
	s := perform(t, Config{}, "--headless -t 1h -u 1", 0, stopsAfter("B", 10*time.Second))
	if s.code != 0 || s.took < 10*time.Second || s.took > 15*time.Second {
		t.Errorf("exit code %d after %v, want 0 after the task's 10 s:\n%s", s.code, s.took, s.err)
	}
}

// A StopTest that comes when its test is over does nothing to the next one.
func TestLateStopTest(t *testing.T) {
	play(t, Config{}, func(s *script) {
		s.register()
		s.spawn(time.Minute, "B", 1)
		s.wait(time.Second)
		old := s.w.test
		s.master(&protocol.Stop{})
		s.wait(20 * time.Second)
		s.spawn(time.Minute, "A", 2)
		s.wait(time.Second)
		s.w.stopTestOf(old, "B")("late", tasks.StopTest)
		s.wait(time.Minute)
		if got := s.w.swarm.total(); got != 2 {
			t.Errorf("%d users", got)
		}
	}, worksFor("A", 100*ms), stopsAfter("B", 10*time.Second))
}
