package worker

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/hopperband/hopperband/internal/dispatch"
	"github.com/hopperband/hopperband/internal/link"
	"github.com/hopperband/hopperband/protocol"
)

// A localMaster stands in for a master, and for the link to it, in a run without one: it
// sends the spawns that Locust's dispatcher makes, and what is reported goes to results. It
// never stops a test: the end of the worker's context does.
//
// Its goroutine neither waits for the worker nor does I/O, so that the worker never waits
// for it.
type localMaster struct {
	plan       *plan
	results    *results
	dispatcher *dispatch.Dispatcher
	events     chan link.Event
	inbox      chan func()
	closing    chan struct{}
	closed     chan struct{}

	// Of its goroutine alone.
	queue      []link.Event
	registered bool
	target     int       // users of the newest spawn
	last       bool      // no spawn is to come
	completed  bool      // the worker was told that all users are there
	due        time.Time // of the next spawn, or of the end of waiting for users; zero is never
}

// localSession is the only one.
const localSession = 1

// completedAfter is how long after the last spawn all users count as spawned, even if some
// have ended since (locust/runners.py, WAIT_FOR_WORKERS_REPORT_AFTER_RAMP_UP).
const completedAfter = time.Second

func newLocalMaster(p *plan, r *results) *localMaster {
	m := &localMaster{
		plan: p, results: r, dispatcher: p.dispatcher(),
		events: make(chan link.Event), inbox: make(chan func()), closing: make(chan struct{}), closed: make(chan struct{}),
		queue: []link.Event{link.Connected{Session: localSession}},
	}
	go m.run()
	return m
}

func (m *localMaster) run() {
	defer close(m.closed)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		var out chan link.Event
		var next link.Event
		if len(m.queue) > 0 {
			out, next = m.events, m.queue[0]
		}
		select {
		case do := <-m.inbox:
			do()
		case out <- next:
			m.queue = m.queue[1:]
		case <-timer.C:
		case <-m.closing:
			return
		}
		if now := time.Now(); !m.due.IsZero() && !now.Before(m.due) {
			m.step(now)
		}
		if !m.due.IsZero() {
			timer.Reset(max(0, time.Until(m.due)))
		}
	}
}

// step spawns the next users, or ends waiting for the last ones.
func (m *localMaster) step(now time.Time) {
	if m.last {
		m.complete(m.target)
		return
	}
	counts, more := m.dispatcher.Next()
	m.target = 0
	for n := range maps.Values(counts) {
		m.target += n
	}
	m.send(&protocol.Spawn{
		Timestamp: unix(now), UserClassesCount: counts, Host: m.plan.host, ParsedOptions: map[string]any{"spawn_rate": m.plan.rate},
	})
	m.last = !more
	m.due = m.due.Add(m.dispatcher.Interval())
	if m.last {
		m.due = now.Add(completedAfter)
	}
}

// complete says that all users are there.
func (m *localMaster) complete(users int) {
	if !m.completed {
		m.send(&protocol.AllSpawned{UserCount: users})
	}
	m.completed, m.due = true, time.Time{}
}

func (m *localMaster) send(message protocol.Message) {
	m.queue = append(m.queue, link.Message{Session: localSession, Message: message})
}

// receive takes what the worker has sent.
func (m *localMaster) receive(message protocol.Message) {
	switch message := message.(type) {
	case *protocol.ClientReady:
		m.send(&protocol.Ack{})
		if !m.registered {
			m.registered, m.due = true, time.Now()
			m.edit()
		}
	case *protocol.SpawningComplete:
		users := 0
		for n := range maps.Values(message.UserClassesCount) {
			users += n
		}
		if m.last && users == m.target {
			m.complete(users)
		}
	case *protocol.Custom:
		m.send(message) // Locust without workers sends them to itself (locust/runners.py)
	}
}

// edit sends the changes of the classes that there are: the command line may have picked some.
func (m *localMaster) edit() {
	for _, e := range m.plan.edits {
		if slices.Contains(names(m.plan.classes), e.UserClassName) {
			m.send(e)
		}
	}
}

// call has the goroutine do something, unless it has ended.
func (m *localMaster) call(do func()) {
	select {
	case m.inbox <- do:
	case <-m.closed:
	}
}

// Events has what a link would have.
func (m *localMaster) Events() <-chan link.Event { return m.events }

// Post takes messages.
func (m *localMaster) Post(_ int, all ...protocol.Message) {
	for _, message := range all {
		m.call(func() { m.receive(message) })
	}
}

// PostReport takes a report, which is confirmed at once.
func (m *localMaster) PostReport(_, report int, pieces ...*protocol.Stats) {
	m.results.add(time.Now(), pieces)
	m.call(func() { m.queue = append(m.queue, link.Confirmed{Session: localSession, Report: report}) })
}

// Note takes an exception, a custom message or logs.
func (m *localMaster) Note(message protocol.Message) bool {
	if x, ok := message.(*protocol.Exception); ok {
		m.results.addException(x)
		return true
	}
	m.call(func() { m.receive(message) })
	return true
}

// Reconnect does nothing: there is no connection to be renewed.
func (m *localMaster) Reconnect(int) {}

// Close ends the goroutine.
func (m *localMaster) Close(context.Context) error {
	close(m.closing)
	<-m.closed
	return nil
}
