package worker

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/tasks"
)

// abandonAfter is how long a user has from its forced stop to its end: 2 s for its OnStop
// and a little for the scheduler.
const abandonAfter = 2*time.Second + 500*time.Millisecond

const (
	// rampTick is the shortest time between two starts of users; more than one start then.
	rampTick = 5 * time.Millisecond
	// rampBatch is how many users start at most before the loop has a turn again: each of
	// them is in front of it in the scheduler's queue.
	rampBatch = 500
)

// A swarm is the worker's running users. The loop scales it; its users leave by
// themselves, so that they and the loop meet at its mutex.
type swarm struct {
	log     zerolog.Logger
	stats   *stats.Stats
	changed chan struct{} // holds one token after a user has left
	hold    atomic.Pointer[chan struct{}]

	mu        sync.Mutex
	classes   []*class
	retired   map[*member]struct{} // told to stop and not gone yet
	numbers   int64                // users started so far
	abandoned int
	ramp      ramp
}

// A class is a user class and its running users.
type class struct {
	*tasks.UserClass
	driver  tasks.Driver // what all its users of this test have in common
	active  []*member    // those not told to stop, oldest first but for gaps filled
	running int          // active and stopping ones, without the abandoned
	toStart int

	schedule *stats.Schedule
	shown    shownClass
}

// A member is one running user.
type member struct {
	class     *class
	recorder  *stats.Recorder
	stopping  chan struct{}
	cancel    context.CancelFunc
	index     int // in class.active, -1 when it is told to stop
	abandoned bool
}

// A ramp spreads the start of users over a time, instead of one burst.
type ramp struct {
	from           time.Time
	window         time.Duration
	total, started int
}

// due is how many users should have been started by now.
func (r *ramp) due(now time.Time) int {
	elapsed := now.Sub(r.from)
	if elapsed >= r.window {
		return r.total
	}
	return min(r.total, 1+int(float64(r.total)*float64(elapsed)/float64(r.window)))
}

// next is when the next user is to be started; zero if none is.
func (r *ramp) next() time.Time {
	if r.started >= r.total {
		return time.Time{}
	}
	each := r.window / time.Duration(r.total)
	return r.from.Add(max(time.Duration(r.started)*each, 0))
}

func newSwarm(log zerolog.Logger, st *stats.Stats, classes []*tasks.UserClass) *swarm {
	s := &swarm{log: log, stats: st, changed: make(chan struct{}, 1), retired: map[*member]struct{}{}}
	for _, c := range classes {
		s.classes = append(s.classes, &class{UserClass: c, schedule: stats.NewSchedule()})
	}
	return s
}

// prepare sets what the users of a test have in common. It does not touch running users.
func (s *swarm) prepare(driver func(*tasks.UserClass) tasks.Driver) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.classes {
		c.driver = driver(c.UserClass)
		c.driver.Paused = s.paused
	}
}

// scale brings each named class to its absolute number of users: the missing ones are
// started over window, by step; the surplus is stopped with grace. It leaves classes that
// are not named alone.
func (s *swarm) scale(now time.Time, targets map[string]int, window, grace time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ramp = ramp{from: now, window: window}
	var surplus []*member
	for _, c := range s.classes {
		if target, ok := targets[c.Name]; ok {
			c.shown.target.Store(int64(target))
			c.toStart = max(0, target-len(c.active))
			surplus = append(surplus, c.retire(len(c.active)-target)...)
		}
		s.ramp.total += c.toStart
	}
	s.stop(surplus, grace)
}

// clear stops all users with grace.
func (s *swarm) clear(grace time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ramp = ramp{}
	var all []*member
	for _, c := range s.classes {
		c.toStart = 0
		c.shown.target.Store(0)
		all = append(all, c.retire(len(c.active))...)
	}
	s.stop(all, grace)
}

// retire takes the n newest users out of the active ones.
func (c *class) retire(n int) []*member {
	if n <= 0 {
		return nil
	}
	keep := len(c.active) - n
	out := append([]*member(nil), c.active[keep:]...)
	clear(c.active[keep:])
	c.active = c.active[:keep]
	for _, m := range out {
		m.index = -1
	}
	return out
}

// step starts the users that are due and returns when to call it again; zero if all are
// started.
func (s *swarm) step(now time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	due := s.ramp.due(now)
	for end := min(due, s.ramp.started+rampBatch); s.ramp.started < end; s.ramp.started++ {
		s.start(s.neediest())
	}
	if s.ramp.started < due {
		return now
	}
	next := s.ramp.next()
	if soonest := now.Add(rampTick); !next.IsZero() && next.Before(soonest) {
		return soonest
	}
	return next
}

// neediest is the class that lacks the most users, so that classes grow side by side.
func (s *swarm) neediest() *class {
	most := s.classes[0]
	for _, c := range s.classes[1:] {
		if c.toStart > most.toStart {
			most = c
		}
	}
	return most
}

func (s *swarm) start(c *class) {
	ctx, cancel := context.WithCancel(context.Background())
	m := &member{class: c, recorder: s.stats.Recorder(), stopping: make(chan struct{}), cancel: cancel, index: len(c.active)}
	c.active = append(c.active, m)
	c.running++
	c.shown.running.Add(1)
	c.toStart--
	s.numbers++
	d := c.driver
	d.Number, d.Recorder, d.Stopping = s.numbers, m.recorder, m.stopping
	d.InFlight, d.Schedule = m.recorder.InFlight(), c.schedule.User()
	go live([2]*member{m, m}, ctx, s, d)
}

// live is the first frame of a user's goroutine, by which stackOf finds it: an array of
// two is never passed in registers, so that a stack trace shows it as it was given.
//
//go:noinline
func live(m [2]*member, ctx context.Context, s *swarm, d tasks.Driver) {
	defer s.leave(m[0]) // also when user code ends its goroutine
	m[0].class.Run(ctx, d)
}

func (s *swarm) leave(m *member) {
	m.cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.retired, m)
	c := m.class
	if m.abandoned {
		s.abandoned--
		c.shown.abandoned.Add(-1)
		return
	}
	c.running--
	c.shown.running.Add(-1)
	if m.index >= 0 { // ended by itself: the last one takes its place
		last := len(c.active) - 1
		c.active[m.index] = c.active[last]
		c.active[m.index].index = m.index
		c.active[last] = nil
		c.active = c.active[:last]
	}
	s.notify()
}

func (s *swarm) notify() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// counts is how many users really run, by class.
func (s *swarm) counts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := make(map[string]int, len(s.classes))
	for _, c := range s.classes {
		counts[c.Name] = c.running
	}
	return counts
}

// total is how many users really run.
func (s *swarm) total() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.classes {
		n += c.running
	}
	return n
}

// settled says that all users are started and all that were told to stop have left.
func (s *swarm) settled() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ramp.started < s.ramp.total {
		return false
	}
	for _, c := range s.classes {
		if c.running != len(c.active) {
			return false
		}
	}
	return true
}

// pause holds users back from their next task until resume.
func (s *swarm) pause() {
	if s.hold.Load() == nil {
		c := make(chan struct{})
		s.hold.Store(&c)
	}
}

func (s *swarm) resume() {
	if c := s.hold.Swap(nil); c != nil {
		close(*c)
	}
}

func (s *swarm) paused() <-chan struct{} {
	if c := s.hold.Load(); c != nil {
		return *c
	}
	return nil
}
