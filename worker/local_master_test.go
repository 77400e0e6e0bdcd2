package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hopperband/hopperband/internal/summary"
	"github.com/hopperband/hopperband/protocol"
	"github.com/hopperband/hopperband/tasks"
)

// alonePlay runs f beside a run without a master that lasts for d.
func alonePlay(t *testing.T, cfg Config, p *plan, d time.Duration, f func(*worker)) *results {
	t.Helper()
	r := &results{}
	synctest.Test(t, func(t *testing.T) {
		r.summary = summary.New(time.Now(), summary.Keep{})
		cfg.ConnectTimeout, cfg.MasterHeartbeatTimeout = forever, forever
		ctx, cancel := context.WithTimeout(context.Background(), d)
		defer cancel()
		w := newAlone(cfg, p, r, idleMeter{})
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			defer w.hangUp()
			if err := w.loop(ctx); err != nil {
				t.Error(err)
			}
		}()
		synctest.Wait()
		f(w)
		<-ended
		if sum := w.stats.Totals(); sum.Reported+sum.Unreported != sum.Recorded {
			t.Errorf("not all is accounted for: %+v", sum)
		}
	})
	return r
}

// requests is how many the results have.
func (r *results) requests() int {
	n := 0
	row := r.summary.StatsCSV()
	_, row, _ = strings.Cut(row, ",Aggregated,")
	fmt.Sscan(strings.SplitN(row, ",", 2)[0], &n) //nolint:errcheck // 0 then
	return n
}

// Users come step by step, in the order of Locust's dispatcher, fixed counts first.
func TestLocalMasterRamp(t *testing.T) {
	var spawned atomic.Int64
	cfg := Config{OnSpawningComplete: func(users int) { spawned.Store(int64(users)) }}
	heavy, light, fixed := worksFor("A", time.Second), worksFor("B", time.Second), worksFor("C", time.Second)
	heavy.Weight, fixed.FixedCount = 3, 2
	p := &plan{users: 10, rate: 2, classes: []*tasks.UserClass{heavy, light, fixed}}
	alonePlay(t, cfg, p, 20*time.Second, func(w *worker) {
		for _, want := range []string{"map[A:0 B:0 C:2]", "map[A:1 B:1 C:2]", "map[A:3 B:1 C:2]", "map[A:4 B:2 C:2]", "map[A:6 B:2 C:2]"} {
			if n := spawned.Load(); n != 0 {
				t.Errorf("%d users are said to be all", n)
			}
			time.Sleep(900 * ms)
			synctest.Wait()
			if got := fmt.Sprint(w.swarm.counts()); got != want {
				t.Errorf("users %s, want %s", got, want)
			}
			time.Sleep(100 * ms)
		}
		synctest.Wait()
		if n := spawned.Load(); n != 10 {
			t.Errorf("%d users are said to be all", n)
		}
	})
}

// Users that end by themselves do not keep the spawning from being complete.
func TestLocalMasterUsersThatEnd(t *testing.T) {
	calls := 0
	cfg := Config{OnSpawningComplete: func(int) { calls++ }}
	p := &plan{users: 4, rate: 100, classes: []*tasks.UserClass{once("A", tasks.Request{Name: "r"}, tasks.StopUser)}}
	r := alonePlay(t, cfg, p, 10*time.Second, func(*worker) {})
	if calls != 1 || r.requests() != 4 {
		t.Errorf("%d calls, %d requests", calls, r.requests())
	}
}

// A reset forgets what was before it and nothing else.
func TestLocalMasterReset(t *testing.T) {
	p := &plan{users: 3, rate: 1, classes: []*tasks.UserClass{worksFor("A", 10*ms)}}
	var before, all int64
	r := alonePlay(t, Config{ResetStats: true}, p, 8*time.Second, func(w *worker) {
		time.Sleep(7 * time.Second)
		before = w.alone.forgotten(w)
		all = w.stats.Totals().Recorded
	})
	if before == 0 || int64(r.requests()) < all-before || int64(r.requests()) > all-before+350 {
		t.Errorf("%d of %d requests forgotten, %d left", before, all, r.requests())
	}
}

// forgotten is how many requests are neither in the results nor to be reported.
func (m *localMaster) forgotten(w *worker) int64 {
	synctest.Wait()
	m.results.mu.Lock()
	defer m.results.mu.Unlock()
	sum := w.stats.Totals()
	return sum.Reported + sum.Unreported - int64(m.results.requests())
}

// Exceptions are counted one by one, however many there are.
func TestLocalMasterExceptions(t *testing.T) {
	class := &tasks.UserClass{Name: "A", WaitTime: tasks.Constant(ms), New: func(*tasks.User) tasks.TaskSet {
		return tasks.TaskSet{Tasks: []tasks.Task{{Name: "t", Run: func(context.Context) error { return errors.New("bad") }}}}
	}}
	r := alonePlay(t, Config{}, &plan{users: 1, rate: 1, classes: []*tasks.UserClass{class}}, 2500*ms, func(*worker) {})
	lines := strings.Split(r.summary.ExceptionsCSV(), "\r\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[1], "24") && !strings.HasPrefix(lines[1], "25") || !strings.HasSuffix(lines[1], ",local") {
		t.Errorf("%q", lines)
	}
}

// Messages to the master come back, as in a Locust without workers.
func TestLocalMasterMessages(t *testing.T) {
	var got []string
	cfg := Config{
		OnTestStart: func(_ context.Context, test *Test) error { return test.Send("hello", int64(7)) },
		OnMessage: map[string]func(context.Context, *Message){
			"hello": func(_ context.Context, m *Message) { got = append(got, fmt.Sprint(m.Type, m.Data)) },
		},
	}
	alonePlay(t, cfg, &plan{users: 1, rate: 1, classes: []*tasks.UserClass{worksFor("A", time.Second)}}, time.Second, func(*worker) {})
	if !slices.Equal(got, []string{"hello7"}) {
		t.Errorf("got %q", got)
	}
}

// The hooks of a run, in order; an OnTestStart that fails or panics ends it.
func TestHeadlessHooks(t *testing.T) {
	for _, tt := range []struct {
		start func() error
		args  string
		code  int
		want  string
	}{
		{func() error { return nil }, "", 0, "start spawned stop quit"},
		{func() error { return errors.New("no data") }, "", 1, "start stop quit"},
		{func() error { panic("no data") }, "", 1, "start stop quit"},
		{func() error { return errors.New("no data") }, " --exit-code-on-error 0", 1, "start stop quit"}, // nothing was tested
	} {
		var calls []string
		cfg := Config{
			OnTestStart:        func(context.Context, *Test) error { calls = append(calls, "start"); return tt.start() },
			OnTestStop:         func(context.Context, *Test) { calls = append(calls, "stop") },
			OnSpawningComplete: func(int) { calls = append(calls, "spawned") },
			OnQuit:             func() { calls = append(calls, "quit") },
		}
		s := perform(t, cfg, "--headless -t 5s"+tt.args, 0, worksFor("A", time.Second))
		if got := strings.Join(calls, " "); got != tt.want || s.code != tt.code {
			t.Errorf("%s, exit code %d, want %s and %d:\n%s", got, s.code, tt.want, tt.code, s.err)
		}
		if tt.code != 0 && (s.took > time.Second || !strings.Contains(s.err, "no data")) {
			t.Errorf("it ended after %v:\n%s", s.took, s.err)
		}
	}
}

// The shorter one of both limits counts.
func TestHeadlessMaxRunTime(t *testing.T) {
	for args, want := range map[string]time.Duration{"--max-run-time 2s": 2 * time.Second, "--max-run-time 2s -t 9": 2 * time.Second, "--max-run-time 9s -t 3": 3 * time.Second} {
		s := perform(t, Config{}, "--headless "+args, 0, worksFor("A", 100*ms))
		if s.code != 0 || s.took.Round(time.Second) != want {
			t.Errorf("%s: exit code %d after %v", args, s.code, s.took)
		}
	}
}

// A worker that registers anew gets no second test.
func TestLocalMasterRegistersOnce(t *testing.T) {
	p := &plan{users: 1, rate: 1, classes: []*tasks.UserClass{worksFor("A", time.Second)}}
	alonePlay(t, Config{}, p, 5*time.Second, func(w *worker) {
		time.Sleep(2 * time.Second)
		w.alone.Post(localSession, &protocol.ClientReady{})
		w.alone.Reconnect(localSession)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := w.swarm.total(); got != 1 {
			t.Errorf("%d users", got)
		}
	})
}

// StopTest ends the run, without a failure.
func TestHeadlessStopTest(t *testing.T) {
	s := perform(t, Config{}, "--headless -u 3 -r 3 -t 60", 0, once("A", tasks.Request{Method: "GET", Name: "/a"}, tasks.StopTest))
	if s.code != 0 || s.took > 2*time.Second || !strings.Contains(s.err, "Aggregated") {
		t.Errorf("exit code %d after %v:\n%s", s.code, s.took, s.err)
	}
}
