package worker

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/internal/link"
	"github.com/hopperband/hopperband/internal/metrics"
	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/protocol"
	"github.com/hopperband/hopperband/tasks"
)

// The intervals of the Python worker (locust/runners.py, HEARTBEAT_INTERVAL and
// WORKER_REPORT_INTERVAL) and the bounds around what a master does by itself.
const (
	beatEvery   = time.Second
	reportEvery = 3 * time.Second

	// A master waits 1 s after its last spawn for the users to be counted.
	completeWithin = 800 * time.Millisecond
	// A master that has not heard a heartbeat for 4 to 5 s of its own time counts the worker
	// as missing.
	missingAfter = 5 * time.Second
	// A master that runs a test sends a spawn within a second of a worker's return.
	spawnWithin = 2 * time.Second
	// A master that answers nothing for so long on a connection that lives does not know this
	// worker any more (it forgets a missing one after 65 s), or has lost its receive loop.
	deafAfter = 20 * time.Second
	// A master forgets a worker 60 s after it has counted it as missing.
	forgetAfter = time.Minute
	// A master listens for 0.5 s after its quit.
	listensFor = 450 * time.Millisecond
	flushEvery = 100 * time.Millisecond
	// A load that nobody stops ends this long after the run time that its plan names.
	overtime = 60 * time.Second
)

// A connection is the link, or what stands in for it and the master: in a run without one,
// and in tests.
type connection interface {
	Events() <-chan link.Event
	Post(session int, ms ...protocol.Message)
	PostReport(session, report int, pieces ...*protocol.Stats)
	Note(m protocol.Message) bool
	Reconnect(session int)
	Close(ctx context.Context) error
}

// A phase is what the worker is about.
type phase int

const (
	idle     phase = iota // no test
	active                // a test runs: spawning or running on the wire
	stopping              // the test has ended, its users have not
	leaving               // the process ends when its users have
)

// A worker is the one goroutine that owns the state; its loop never waits for users, for
// the network or for a stop timeout.
//
//	event      idle            active                      stopping                    leaving
//	connected  client_ready*   sole: client_ready*         client_ready*; the owed     heartbeat
//	                           one of several: silence     client_stopped is dropped
//	                           until 5 s after its last
//	                           heartbeat, then heartbeat
//	                           (no echoes: client_ready);
//	                           no spawn within 2 s: stop,
//	                           client_stopped, client_ready
//	  refused  client_ready    kill users, idle:           kill users, idle:           –
//	  before                   client_ready                client_ready
//	ack        report first; from a new master: drop the old one's samples; then, active: a spawn within 2 s or stop
//	spawn      new test:       scale                       kill the old users, drop    –
//	           base, scale                                 their samples: new test
//	settled    –               spawning_complete           report, client_stopped,     report, quit, end
//	(or 0.8 s)                                             client_ready: idle
//	stop       client_stopped, users told to stop:         –                           –
//	           client_ready    stopping
//	quit       report, quit,   report; users told to stop: leaving                     –
//	           end             leaving
//	down       –               one of several: users       owed client_stopped is      users go on ending
//	                           pause; sole: they go on     dropped
//	deaf 20 s  connect anew    connect anew                connect anew                –
//	silence    end, error      kill users, end, error      kill users, end, error      –
//	overtime   –               users told to stop:         –                           –
//	           –               stopping, nothing owed; until a stop or a cut a spawn
//	           –               brings no user back
//	signal     quit, end       report; users told to stop: leaving                     –
//	abandoned  a user that does not end 2.5 s after its forced stop no longer counts, in any phase
//
// * With a heartbeat in front, after a cut: a master that does not echo it is a new one.
//
// On the wire idle is "ready", active is "spawning" or "running", the others "running"
// while users run.
type worker struct {
	cfg        Config
	log        zerolog.Logger
	nodeID     string
	link       connection
	alone      *localMaster // it stands in for the master; nil with one
	stats      *stats.Stats
	swarm      *swarm
	exceptions *exceptions
	hooks      *hooks
	stopTests  chan stopTest
	context    context.Context // of functions for messages; ends with the loop
	cpu        cpuMeter
	started    time.Time
	status     atomic.Pointer[metrics.Status] // what metrics see

	master   master
	env      tasks.Environment // of the newest spawn
	edits    map[string]*edit  // by user class
	phase    phase
	test     *test
	run      metrics.Run // the present test or the last one
	spawn    pendingSpawn
	resume   resume
	leave    departure
	owed     bool // stopping: client_stopped and client_ready are still to be sent
	overran  bool // the master's test has run longer than it may, and has not been stopped yet
	reports  int
	logsSeen int   // lines of the log that the master has been given
	sent     int64 // requests in the report in flight

	fileAsked bool
	fileBy    time.Time // until then the master may answer; zero: nothing is waited for

	beatAt, reportAt, rampAt, logsAt, joinAt time.Time
	done                                     bool
	err                                      error
}

// A pendingSpawn is a spawn that has not been answered in full.
type pendingSpawn struct {
	owed bool      // spawning_complete is still to be sent
	by   time.Time // at the latest; zero: it was, with users still to come or go
}

// A resume is how a session picks up a test that the last one was cut off from.
type resume struct {
	silentUntil time.Time // no heartbeat before: the master must see this worker missing
	spawnBy     time.Time // the test has ended if no spawn has come by then
}

func newWorker(cfg Config, nodeID string, l connection, cpu cpuMeter, classes []*tasks.UserClass) *worker {
	log := cfg.Log.With().Str("node_id", nodeID).Logger()
	st := stats.New(stats.Config{MaxEntries: cfg.MaxNames})
	now := time.Now()
	w := &worker{
		cfg: cfg, log: log, nodeID: nodeID, link: l, stats: st, cpu: cpu, started: now,
		swarm: newSwarm(log, st, classes), exceptions: newExceptions(log, classes...), hooks: newHooks(log),
		stopTests: make(chan stopTest, 1), edits: map[string]*edit{},
	}
	w.master.index = -1
	for _, e := range cfg.edits {
		if w.swarm.class(e.UserClassName) != nil { // else the command line has not picked it
			w.edited(e)
		}
	}
	w.stats.NewTest(now)
	w.publish()
	return w
}

// loop runs until the master's quit, the end of ctx or a lost master.
func (w *worker) loop(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	signalled := ctx.Done()
	var cancel context.CancelFunc
	w.context, cancel = context.WithCancel(context.Background())
	defer cancel()
	defer close(w.hooks.gone)
	go w.hooks.run()
	for !w.done {
		select {
		case e := <-w.link.Events():
			w.handle(e)
		case <-w.swarm.changed:
		case do := <-w.hooks.back:
			do()
		case r := <-w.stopTests:
			w.stopTest(r)
		case <-timer.C:
		case <-signalled:
			signalled = nil
			w.log.Info().Msg("stopping: the worker was told to end")
			w.depart(time.Now(), false)
		}
		now := time.Now()
		w.advance(now)
		w.publish()
		timer.Reset(w.next(now))
	}
	return w.err
}

// advance does all that is due.
func (w *worker) advance(now time.Time) {
	w.rampAt = w.swarm.step(now)
	w.completeSpawn(now)
	w.advanceResume(now)
	w.finishStop(now)
	w.joinIfDue(now)
	w.watch(now)
	w.advanceLeave(now)
	w.sendExceptions()
	w.sendLogs(now)
	w.missLocustfile(now)
	w.beatIfDue(now)
	w.reportIfDue(now)
}

// next is how long nothing will be due.
func (w *worker) next(now time.Time) time.Duration {
	due := now.Add(beatEvery)
	for _, t := range []time.Time{
		w.rampAt, w.spawn.by, w.hookBy(), w.joinAt, w.resume.silentUntil, w.resume.spawnBy, w.leaveAt(now), w.silentAt(),
	} {
		if !t.Before(now) && t.Before(due) { // what is past waits for something else
			due = t
		}
	}
	if w.known() {
		due = earlier(due, w.beatAt)
	}
	if w.talking() {
		if !w.stats.Pending() {
			due = earlier(due, w.reportAt)
		}
	}
	return max(due.Sub(now), time.Millisecond)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// talking says that reports may be sent.
func (w *worker) talking() bool { return w.master.up && w.resume.silentUntil.IsZero() }

// known says that heartbeats may be sent. A master answers none of a worker that has left and
// has not come back yet.
func (w *worker) known() bool { return w.talking() && w.joinAt.IsZero() }

// state is the worker's state as on the wire.
func (w *worker) state() protocol.State {
	switch {
	case w.phase == active && w.spawn.owed && !w.spawn.by.IsZero():
		return protocol.StateSpawning
	case w.phase == active, w.phase != idle && w.swarm.total() > 0:
		return protocol.StateRunning
	}
	return protocol.StateReady
}

func (w *worker) post(ms ...protocol.Message) { w.link.Post(w.master.session, ms...) }

// beat sends a heartbeat.
func (w *worker) beat(now time.Time) {
	cpu, memory := w.cpu.read()
	w.post(&protocol.Heartbeat{State: w.state(), CPUUsage: cpu, MemoryUsage: memory})
	w.master.beaten(now)
	w.beatAt = now.Add(beatEvery)
}

func (w *worker) beatIfDue(now time.Time) {
	if w.known() && !now.Before(w.beatAt) {
		w.beat(now)
	}
}

func (w *worker) reportIfDue(now time.Time) {
	if w.talking() && !now.Before(w.reportAt) {
		w.report(now)
	}
}

// report sends what the master does not have yet, unless a report is in flight.
func (w *worker) report(now time.Time) bool {
	r := w.stats.Report(now)
	if r == nil {
		return false
	}
	w.reports++
	w.sent = r.Total.Requests
	w.link.PostReport(w.master.session, w.reports, pieces(r, w.swarm.counts())...)
	w.reportAt = now.Add(w.reportInterval())
	return true
}

// silentAt is when the master will have been silent for too long.
func (w *worker) silentAt() time.Time {
	if w.master.everUp {
		return w.master.expected().Add(w.cfg.MasterHeartbeatTimeout)
	}
	return w.started.Add(w.cfg.ConnectTimeout)
}

// watch ends a load that nobody supervises.
func (w *worker) watch(now time.Time) {
	if w.phase == leaving {
		return
	}
	if !now.Before(w.silentAt()) {
		w.err = w.lost()
		w.log.Error().Err(w.err).Msg("ending: nobody supervises this worker")
		w.swarm.kill()
		w.depart(now, false)
		return
	}
	if w.talking() && w.master.echoes && !now.Before(w.master.expected().Add(deafAfter)) {
		w.log.Warn().Dur("for", now.Sub(w.master.lastHeard)).Msg("the master does not answer heartbeats: connecting anew")
		w.master.up, w.master.deaf = false, true
		w.link.Reconnect(w.master.session)
	}
	if w.phase == active && !w.test.endBy.IsZero() && now.After(w.test.endBy) {
		w.log.Warn().Time("started", w.test.started).Msg("stopping all users: the test has run longer than it may, and nobody has stopped it; until somebody does, the master gets no users")
		w.endTest(false)
		w.overran = true
	}
}

func (w *worker) lost() error {
	if w.master.everUp {
		return fmt.Errorf("worker: master %s: no word for %v (--master-heartbeat-timeout): %w",
			w.cfg.address(), w.cfg.MasterHeartbeatTimeout, orUnknown(w.master.reason))
	}
	return fmt.Errorf("worker: master %s: no connection within %v (--connect-timeout): %w",
		w.cfg.address(), w.cfg.ConnectTimeout, orUnknown(w.master.reason))
}
