package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hopperband/hopperband/internal/link"
	"github.com/hopperband/hopperband/protocol"
	"github.com/hopperband/hopperband/tasks"
)

// A script plays the master and the link to a worker, in the fake time of a synctest
// bubble. Its methods return when the worker has reacted.
type script struct {
	t      *testing.T
	w      *worker
	cancel context.CancelFunc
	events chan link.Event
	ended  chan struct{}
	err    error
	stamp  float64

	// hold keeps reports unconfirmed, mute keeps heartbeats without an echo.
	hold, mute atomic.Bool

	mu       sync.Mutex
	session  int
	up       bool
	closed   bool
	posted   []protocol.Message
	recorded int64 // requests in confirmed stats
}

type idleMeter struct{}

func (idleMeter) read() (float64, uint64) { return 12.5, 1 << 20 }

// play runs f against a worker with cfg and classes, and then ends the worker.
func play(t *testing.T, cfg Config, f func(*script), classes ...*tasks.UserClass) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		s := &script{t: t, cancel: cancel, events: make(chan link.Event), ended: make(chan struct{})}
		s.w = newWorker(cfg.withDefaults(), "host_1", s, idleMeter{}, classes)
		go func() {
			defer close(s.ended)
			s.err = s.w.loop(ctx)
			s.w.hangUp()
		}()
		synctest.Wait()
		f(s)
		cancel()
		s.hold.Store(false)
		s.mute.Store(false)
		<-s.ended
		time.Sleep(abandonAfter + time.Minute) // timers of the swarm
	})
}

func (s *script) Events() <-chan link.Event { return s.events }

func (s *script) Post(session int, ms ...protocol.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.isUp(session) {
		return
	}
	for _, m := range ms {
		s.posted = append(s.posted, m)
		if _, ok := m.(*protocol.Heartbeat); ok && !s.mute.Load() {
			go s.send(session, link.Message{Session: session, Message: &protocol.HeartbeatEcho{}})
		}
	}
}

func (s *script) PostReport(session, report int, pieces ...*protocol.Stats) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.isUp(session) {
		return
	}
	var requests int64
	for _, p := range pieces {
		s.posted = append(s.posted, p)
		requests += p.Total.NumRequests
	}
	if !s.hold.Load() {
		s.recorded += requests
		go s.send(session, link.Confirmed{Session: session, Report: report})
	}
}

func (s *script) Note(m protocol.Message) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.posted = append(s.posted, m)
	return true
}

func (s *script) Reconnect(session int) {
	go func() {
		s.mu.Lock()
		s.up = false
		s.mu.Unlock()
		select {
		case s.events <- link.Down{Session: session, Err: errors.New("asked for")}:
		case <-s.ended:
		}
	}()
}

func (s *script) Close(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

// isUp says that a session is the current one. The caller holds the lock.
func (s *script) isUp(session int) bool { return s.up && session == s.session }

// send delivers an event unless its session or the worker has ended meanwhile.
func (s *script) send(session int, e link.Event) {
	s.mu.Lock()
	up := s.isUp(session)
	s.mu.Unlock()
	if !up {
		return
	}
	select {
	case s.events <- e:
	case <-s.ended:
	}
}

func (s *script) event(e link.Event) {
	s.t.Helper()
	select {
	case s.events <- e:
	case <-s.ended:
		s.t.Fatalf("the worker has ended (%v) before %T", s.err, e)
	}
	synctest.Wait()
}

// connect begins a session; refused says that a dial before it was.
func (s *script) connect(refused bool) {
	s.t.Helper()
	s.mu.Lock()
	s.session++
	s.up = true
	s.mu.Unlock()
	s.event(link.Connected{Session: s.session, Refused: refused})
}

// drop ends the session.
func (s *script) drop() {
	s.t.Helper()
	s.mu.Lock()
	s.up = false
	s.mu.Unlock()
	s.event(link.Down{Session: s.session, Err: errors.New("cut")})
}

func (s *script) master(m protocol.Message) {
	s.t.Helper()
	s.event(link.Message{Session: s.session, Message: m})
}

// register brings the worker to ready.
func (s *script) register() {
	s.t.Helper()
	s.connect(false)
	s.master(&protocol.Ack{Index: 3})
}

// spawn sends absolute targets: "A", 2, "B", 0.
func (s *script) spawn(stopTimeout time.Duration, targets ...any) {
	s.t.Helper()
	counts := map[string]int{}
	for i := 0; i < len(targets); i += 2 {
		counts[targets[i].(string)] = targets[i+1].(int)
	}
	s.stamp++
	s.master(&protocol.Spawn{Timestamp: s.stamp, UserClassesCount: counts, Host: "http://target", StopTimeout: stopTimeout})
}

// wait lets time go by.
func (s *script) wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// take returns what the worker has posted since the last call, in words. Regular
// heartbeats are left out.
func (s *script) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var words []string
	for _, m := range s.posted {
		if w := word(m); w != "heartbeat" {
			words = append(words, w)
		}
	}
	s.posted = nil
	return strings.Join(words, " ")
}

func word(m protocol.Message) string {
	switch m := m.(type) {
	case *protocol.Stats:
		return fmt.Sprintf("stats(%d)", m.Total.NumRequests)
	case *protocol.SpawningComplete:
		var counts []string
		for name, n := range m.UserClassesCount {
			counts = append(counts, fmt.Sprintf("%s=%d", name, n))
		}
		slices.Sort(counts)
		return "spawning_complete(" + strings.Join(counts, ",") + ")"
	}
	return m.Type()
}

// want compares what the worker has posted since the last look.
func (s *script) want(words string) {
	s.t.Helper()
	if got := s.take(); got != words {
		s.t.Errorf("posted %q, want %q", got, words)
	}
}

// lastState is the state in the newest heartbeat.
func (s *script) lastState() protocol.State {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range slices.Backward(s.posted) {
		if h, ok := m.(*protocol.Heartbeat); ok {
			return h.State
		}
	}
	return "none"
}

// reported is how many requests the master has been given since the last call.
func (s *script) reported() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.recorded
	s.recorded = 0
	return n
}

// wantEnd waits for the end of the worker.
func (s *script) wantEnd(within time.Duration) error {
	s.t.Helper()
	select {
	case <-s.ended:
	case <-time.After(within):
		s.t.Fatalf("the worker has not ended within %v", within)
	}
	return s.err
}

// worksFor is a user class whose task is one request of that time, all the time.
func worksFor(name string, d time.Duration) *tasks.UserClass {
	return &tasks.UserClass{Name: name, New: func(u *tasks.User) tasks.TaskSet {
		return tasks.TaskSet{Tasks: []tasks.Task{{Name: "work", Run: func(ctx context.Context) error {
			return u.Measure(ctx, "WORK", name, func(ctx context.Context) error { return tasks.Sleep(ctx, d) })
		}}}}
	}}
}
