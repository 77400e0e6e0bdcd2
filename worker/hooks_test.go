package worker

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/protocol"
	"github.com/hopperband/hopperband/tasks"
)

// A diary notes what happens, from several goroutines.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) add(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.lines, " ")
}

func hooked(d *diary) Config {
	return Config{
		OnTestStart:        func(_ context.Context, t *Test) error { d.add("start:" + t.Host); return nil },
		OnTestStop:         func(context.Context, *Test) { d.add("stop") },
		OnSpawningComplete: func(int) { d.add("spawned") },
		OnQuit:             func() { d.add("quit") },
	}
}

// noting is a user class that notes the begin and the end of its users.
func noting(d *diary) *tasks.UserClass {
	c := worksFor("A", 100*ms)
	inner := c.New
	c.New = func(u *tasks.User) tasks.TaskSet {
		set := inner(u)
		set.OnStart = func(context.Context) error { d.add("user"); return nil }
		set.OnStop = func(context.Context) error { d.add("gone"); return nil }
		return set
	}
	return c
}

func TestHooksInOrder(t *testing.T) {
	var d diary
	play(t, hooked(&d), func(s *script) {
		for range 2 {
			running(s, 2)
			s.master(&protocol.Stop{})
			s.wait(time.Second)
		}
		s.master(&protocol.Quit{})
		_ = s.wantEnd(time.Second)
	}, noting(&d))
	const test = "start:http://target user user spawned gone gone stop"
	if got, want := d.String(), test+" "+test+" quit"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// Users start when OnTestStart has returned; the master is told the truth until then.
func TestSlowTestStart(t *testing.T) {
	cfg := Config{OnTestStart: func(ctx context.Context, _ *Test) error { return tasks.Sleep(ctx, 5*time.Second) }}
	play(t, cfg, func(s *script) {
		s.register()
		s.take()
		s.spawn(0, "A", 1)
		s.wait(time.Second)
		s.want("spawning spawning_complete(A=0)")
		s.spawn(0, "A", 3)
		s.wait(5 * time.Second)
		if got := s.take(); !strings.Contains(got, "spawning_complete(A=3)") {
			t.Errorf("posted %q", got)
		}
	}, worksFor("A", 100*ms))
}

func TestStopDuringTestStart(t *testing.T) {
	cfg := Config{OnTestStart: func(ctx context.Context, _ *Test) error { <-ctx.Done(); return ctx.Err() }}
	play(t, cfg, func(s *script) {
		s.register()
		s.spawn(0, "A", 1)
		s.wait(time.Second)
		s.take()
		s.master(&protocol.Stop{})
		s.wait(10 * ms)
		if got := s.take(); !strings.HasSuffix(got, "client_stopped client_ready") {
			t.Errorf("posted %q", got)
		}
	}, worksFor("A", 100*ms))
}

func TestRefusedTest(t *testing.T) {
	for _, f := range []func(context.Context, *Test) error{
		func(context.Context, *Test) error { return errors.New("no data") },
		func(context.Context, *Test) error { panic("no data") },
	} {
		play(t, Config{OnTestStart: f}, func(s *script) {
			s.register()
			s.spawn(0, "A", 1)
			s.wait(2 * time.Second)
			s.spawn(0, "A", 2)
			s.wait(2 * time.Second)
			if got := s.w.swarm.total(); got != 0 {
				t.Errorf("%d users", got)
			}
			if got := s.take(); strings.Count(got, "exception") != 1 || !strings.Contains(got, "spawning_complete(A=0)") {
				t.Errorf("posted %q", got)
			}
			s.master(&protocol.Stop{})
			s.wait(10 * ms)
			if got := s.take(); !strings.HasSuffix(got, "client_stopped client_ready") {
				t.Errorf("posted %q", got)
			}
		}, worksFor("A", 100*ms))
	}
}

// A hook that never returns does not keep the test from ending, nor the worker.
func TestHangingHooks(t *testing.T) {
	forever := func() { time.Sleep(time.Hour) }
	cfg := Config{OnTestStop: func(context.Context, *Test) { forever() }, OnQuit: forever}
	play(t, cfg, func(s *script) {
		running(s, 2)
		s.master(&protocol.Stop{})
		s.wait(hookPatience + time.Second)
		if got := s.take(); !strings.HasSuffix(got, "client_stopped client_ready") {
			t.Errorf("posted %q", got)
		}
		s.master(&protocol.Quit{})
		_ = s.wantEnd(hookPatience + time.Second)
		time.Sleep(2 * time.Hour)
	}, worksFor("A", 100*ms))
}

func TestCustomMessages(t *testing.T) {
	var d diary
	type order struct {
		ID   int
		Tags []string
		Raw  []byte
		At   time.Time
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	cfg := Config{OnMessage: map[string]func(context.Context, *Message){
		"order": func(_ context.Context, m *Message) {
			var o order
			if err := m.Decode(&o); err != nil || o.ID != 7 || !slices.Equal(o.Tags, []string{"a", "b"}) || string(o.Raw) != "\x00\xff" || !o.At.Equal(at) {
				t.Errorf("%+v, %v", o, err)
			}
			if err := m.Reply("done", []any{int64(1), nil}); err != nil {
				t.Error(err)
			}
		},
		"first":  func(context.Context, *Message) { time.Sleep(time.Second); d.add("first") },
		"second": func(context.Context, *Message) { d.add("second") },
		"aside":  Concurrent(func(context.Context, *Message) { time.Sleep(time.Minute); d.add("aside") }),
		"bad":    func(context.Context, *Message) { panic("bug") },
		"worse":  Concurrent(func(context.Context, *Message) { panic("bug") }),
	}}
	play(t, cfg, func(s *script) {
		s.register()
		s.take()
		s.master(&protocol.Custom{MessageType: "order", Data: map[string]any{
			"id": int64(7), "tags": []any{"a", "b"}, "raw": []byte{0, 255}, "at": at,
		}})
		s.want("done")
		for _, typ := range []string{"bad", "worse", "aside", "first", "second", "nobody's"} {
			s.master(&protocol.Custom{MessageType: typ})
		}
		s.wait(2 * time.Second)
		if got := d.String(); got != "first second" {
			t.Errorf("%s", got)
		}
		s.wait(time.Minute)
		if got := d.String(); got != "first second aside" {
			t.Errorf("%s", got)
		}
	}, worksFor("A", 100*ms))
}

// A function that never returns does not let the messages behind it fill the memory.
func TestWaitingMessagesAreBounded(t *testing.T) {
	var log lockedBuffer
	cfg := Config{Log: zerolog.New(&log).Level(zerolog.WarnLevel), OnMessage: map[string]func(context.Context, *Message){
		"hang": func(ctx context.Context, _ *Message) { <-ctx.Done() },
	}}
	play(t, cfg, func(s *script) {
		s.register()
		for range mostWaiting + 3 {
			s.master(&protocol.Custom{MessageType: "hang"})
		}
		if got := s.w.hooks.waiting(); got != mostWaiting {
			t.Errorf("%d messages wait", got)
		}
		if got := strings.Count(log.String(), "dropped"); got != 2 {
			t.Errorf("%d messages dropped: %s", got, log.String())
		}
	}, worksFor("A", 100*ms))
}
