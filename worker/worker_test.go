package worker

import (
	"context"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/protocol"
	"github.com/hopperband/hopperband/tasks"
)

const ms = time.Millisecond

func TestRegisterThenReport(t *testing.T) {
	play(t, Config{}, func(s *script) {
		s.connect(false)
		s.want("client_ready")
		s.wait(2 * time.Second)
		s.want("") // nothing but the hello before the ack
		s.master(&protocol.Ack{Index: 3})
		if got := s.lastState(); got != protocol.StateReady {
			t.Errorf("state %q", got)
		}
		s.want("stats(0)")
		s.wait(9*time.Second + ms)
		s.want("stats(0) stats(0) stats(0)")
	}, worksFor("A", time.Second))
}

func TestHeartbeatEverySecond(t *testing.T) {
	play(t, Config{}, func(s *script) {
		s.register()
		s.spawn(0, "A", 1)
		s.take()
		s.wait(10 * time.Second)
		beats := 0
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, m := range s.posted {
			if h, ok := m.(*protocol.Heartbeat); ok {
				beats++
				if h.CPUUsage != 12.5 || h.MemoryUsage != 1<<20 || h.State != protocol.StateRunning {
					t.Errorf("heartbeat %+v", h)
				}
			}
		}
		if beats < 9 || beats > 11 {
			t.Errorf("%d heartbeats in 10 s", beats)
		}
	}, worksFor("A", time.Second))
}

func TestSpawnStop(t *testing.T) {
	play(t, Config{}, func(s *script) {
		s.register()
		s.take()
		s.spawn(5*time.Second, "A", 2, "B", 1)
		s.want("spawning")
		s.wait(800 * ms)
		s.want("spawning_complete(A=2,B=1)")
		s.wait(10 * time.Second)
		s.take()
		s.master(&protocol.Stop{})
		s.wait(500 * ms)
		if got := s.take(); !regexp.MustCompile(`^stats\([1-9]\d*\) client_stopped client_ready$`).MatchString(got) {
			t.Errorf("posted %q", got)
		}
		s.master(&protocol.Ack{Index: 3})
		s.want("")
		if got, total := s.reported(), s.w.stats.Totals().Recorded; got != total || total == 0 {
			t.Errorf("the master has %d requests, %d were recorded", got, total)
		}
		s.wait(4 * time.Second)
		s.want("stats(0)")
	}, worksFor("A", 400*ms), worksFor("B", 300*ms))
}

// A spawn names absolute numbers, and a class that is not named stays as it is.
func TestScale(t *testing.T) {
	play(t, Config{}, func(s *script) {
		s.register()
		for _, step := range []struct {
			targets []any
			want    string
		}{
			{[]any{"A", 3, "B", 1}, "A=3,B=1"},
			{[]any{"A", 3, "B", 1}, "A=3,B=1"},
			{[]any{"A", 1, "B", 2}, "A=1,B=2"},
			{[]any{"A", 0}, "A=0,B=2"},
			{[]any{"B", 0, "A", 5}, "A=5,B=0"},
		} {
			s.take()
			s.spawn(time.Second, step.targets...)
			s.wait(time.Second)
			got := s.take()
			if want := "spawning_complete(" + step.want + ")"; !strings.Contains(got, want) {
				t.Errorf("%v: posted %q, want %q", step.targets, got, want)
			}
		}
	}, worksFor("A", 100*ms), worksFor("B", 100*ms))
}

// The answer to a spawn comes in time for the master, with the users that really run, and
// once more when those that had to go have gone.
func TestSpawningCompleteIsTrue(t *testing.T) {
	play(t, Config{}, func(s *script) {
		s.register()
		s.spawn(10*time.Second, "A", 3)
		s.wait(time.Second)
		s.take()
		s.spawn(10*time.Second, "A", 1)
		s.wait(790 * ms)
		s.want("spawning")
		s.wait(10 * ms)
		s.want("spawning_complete(A=3)")
		s.wait(2 * time.Second)
		if got := s.take(); !strings.Contains(got, "spawning_complete(A=1)") {
			t.Errorf("posted %q", got)
		}
	}, worksFor("A", 3*time.Second))
}

func TestUsersStartSpreadOut(t *testing.T) {
	play(t, Config{}, func(s *script) {
		s.register()
		s.spawn(0, "A", 70)
		for _, want := range []int{1, 11, 21, 31} {
			if got := s.w.swarm.total(); got < want-1 || got > want+1 {
				t.Errorf("%d users, want about %d", got, want)
			}
			s.wait(100 * ms)
		}
		s.wait(400 * ms)
		if got := s.w.swarm.total(); got != 70 {
			t.Errorf("%d users in the end", got)
		}
	}, worksFor("A", time.Hour))
}

func TestStaleSpawnIsDropped(t *testing.T) {
	play(t, Config{}, func(s *script) {
		s.register()
		s.spawn(0, "A", 2)
		s.wait(time.Second)
		s.take()
		s.master(&protocol.Spawn{Timestamp: s.stamp, UserClassesCount: map[string]int{"A": 9}})
		s.wait(900 * ms)
		s.want("")
		if got := s.w.swarm.total(); got != 2 {
			t.Errorf("%d users", got)
		}
	}, worksFor("A", time.Hour))
}

func TestUnknownClassIsNotCounted(t *testing.T) {
	play(t, Config{}, func(s *script) {
		s.register()
		s.take()
		s.spawn(0, "A", 1, "Nobody", 4)
		s.wait(900 * ms)
		s.want("spawning spawning_complete(A=1)")
	}, worksFor("A", time.Hour))
}

// A master that starts again before the users of its last test have ended gets a new test
// with its own requests only, and no client_stopped of the old one.
func TestSpawnWhileStopping(t *testing.T) {
	play(t, Config{}, func(s *script) {
		s.register()
		s.spawn(time.Minute, "A", 4)
		s.wait(9*time.Second + 500*ms)
		s.master(&protocol.Stop{})
		s.wait(100 * ms)
		before := s.w.stats.Totals()
		s.reported()
		s.take()
		s.spawn(time.Minute, "A", 1)
		s.wait(12*time.Second + 500*ms)
		s.master(&protocol.Stop{})
		s.wait(10 * time.Second)
		if got := s.take(); strings.Count(got, "client_stopped") != 1 {
			t.Errorf("posted %q", got)
		}
		after := s.w.stats.Totals()
		if got, fresh := s.reported(), after.Recorded-before.Recorded; got != fresh || fresh != 3 {
			t.Errorf("the master has %d requests of the new test, %d were recorded", got, fresh)
		}
		if after.Interrupted != 4 {
			t.Errorf("%d requests interrupted", after.Interrupted)
		}
	}, worksFor("A", 5*time.Second))
}

func TestForcedStopInterrupts(t *testing.T) {
	play(t, Config{}, func(s *script) {
		s.register()
		s.spawn(time.Second, "A", 2)
		s.wait(2 * time.Second)
		s.take()
		s.master(&protocol.Stop{})
		s.wait(900 * ms)
		s.take()
		s.wait(200 * ms)
		if got := s.take(); !strings.HasSuffix(got, "stats(0) client_stopped client_ready") {
			t.Errorf("posted %q", got)
		}
		if got := s.w.stats.Totals(); got.Interrupted != 2 || got.Recorded != 0 {
			t.Errorf("%+v", got)
		}
	}, worksFor("A", time.Hour))
}

// deaf is a user class whose task ignores its context for an hour.
func deaf() *tasks.UserClass {
	return &tasks.UserClass{Name: "Deaf", New: func(u *tasks.User) tasks.TaskSet {
		return tasks.TaskSet{Tasks: []tasks.Task{{Name: "ignore", Run: func(ctx context.Context) error {
			return u.Measure(ctx, "WORK", "deaf", func(context.Context) error {
				<-time.After(time.Hour)
				return nil
			})
		}}}}
	}}
}

// A user that has time to end and is then stopped by force, since its master has begun a
// new test, is given up as soon as any other.
func TestAbandonedUserOfLastTest(t *testing.T) {
	play(t, Config{}, func(s *script) {
		s.register()
		s.spawn(30*time.Minute, "Deaf", 2)
		s.wait(time.Second)
		s.master(&protocol.Stop{})
		s.wait(time.Second)
		s.spawn(0, "Deaf", 1)
		s.wait(abandonAfter - 100*ms)
		if got := s.w.swarm.total(); got != 3 {
			t.Errorf("%d users while the old ones may still end", got)
		}
		s.wait(200 * ms)
		if got := s.w.swarm.total(); got != 1 || s.w.swarm.abandoned != 2 {
			t.Errorf("%d users, %d abandoned", got, s.w.swarm.abandoned)
		}
		s.master(&protocol.Stop{})
		s.wait(2 * time.Hour)
	}, deaf())
}

// hang starts users that ignore their forced stop, and stops the test.
func hang(s *script, users int) {
	s.register()
	s.spawn(0, "Deaf", users)
	s.wait(time.Second)
	s.take()
	s.master(&protocol.Stop{})
}

// A user that ignores its forced stop is given up: the test ends without it.
func TestAbandonedUser(t *testing.T) {
	var log lockedBuffer
	play(t, Config{Log: zerolog.New(&log)}, func(s *script) {
		hang(s, 1)
		s.wait(abandonAfter - 100*ms)
		if got := s.take(); strings.Contains(got, "client_stopped") {
			t.Errorf("posted %q too early", got)
		}
		s.wait(200 * ms)
		if got := s.take(); !strings.Contains(got, "client_stopped client_ready") {
			t.Errorf("posted %q", got)
		}
		if got := log.String(); !strings.Contains(got, `"user_class":"Deaf"`) || !strings.Contains(got, ".deaf.") {
			t.Errorf("the log does not tell where the user hangs: %s", got)
		}
		s.wait(2 * time.Hour) // now it comes back, and its request is no sample
		if got := s.w.stats.Totals(); got.Recorded != 0 || got.Interrupted != 1 {
			t.Errorf("%+v", got)
		}
		if s.w.swarm.abandoned != 0 {
			t.Errorf("%d abandoned users after its end", s.w.swarm.abandoned)
		}
	}, deaf())
}

// A crowd that hangs is given up as fast as one user, and does not flood the log.
func TestAbandonedCrowd(t *testing.T) {
	var log lockedBuffer
	play(t, Config{Log: zerolog.New(&log)}, func(s *script) {
		hang(s, 300)
		s.wait(abandonAfter + 100*ms)
		if got := s.take(); !strings.Contains(got, "client_stopped client_ready") || s.w.swarm.total() != 0 {
			t.Errorf("posted %q with %d users", got, s.w.swarm.total())
		}
		if got := log.String(); strings.Count(got, `"stack"`) != stacksShown || !strings.Contains(got, `"more":290,"abandoned_users":300`) {
			t.Errorf("%d stacks in the log: %.2000s", strings.Count(got, `"stack"`), got)
		}
		s.wait(2 * time.Hour)
	}, deaf())
}

// A lockedBuffer is a log that several goroutines write.
type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestStopWhileIdle(t *testing.T) {
	play(t, Config{}, func(s *script) {
		s.register()
		s.take()
		s.master(&protocol.Stop{})
		s.want("client_stopped client_ready")
	}, worksFor("A", time.Second))
}
