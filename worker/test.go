package worker

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hopperband/hopperband/protocol"
	"github.com/hopperband/hopperband/tasks"
)

// A test is one test of the master, from the first spawn to the stop.
type test struct {
	started time.Time
	grace   time.Duration // stop timeout
	endBy   time.Time     // zero is never
	reset   bool          // forget what was counted before all users were there
	several bool          // the master was started for more workers than one
	hooks   testHooks
}

// spawned scales the swarm to the master's absolute numbers.
func (w *worker) spawned(now time.Time, m *protocol.Spawn) {
	if w.phase == leaving {
		return
	}
	if m.Timestamp <= w.master.lastSpawn {
		w.log.Debug().Float64("timestamp", m.Timestamp).Msg("stale spawn dropped")
		return
	}
	w.master.lastSpawn = m.Timestamp
	w.post(&protocol.Spawning{})
	if w.overran { // its load shape, or who changes its number of users, does not prolong it
		w.post(&protocol.SpawningComplete{UserClassesCount: w.swarm.counts()})
		return
	}
	if w.phase == stopping {
		w.abortTest()
	}
	if w.phase == idle {
		w.startTest(now, m)
	}
	w.test.grace = w.grace(m)
	w.test.reset = w.cfg.ResetStats || m.ParsedOptions["reset_stats"] == true
	w.test.endBy = w.endBy(now, m)
	w.test.several = w.forSeveral(m)
	w.checkClock(now, m)
	w.prepare(m)
	w.resume = resume{}
	w.master.logs = w.master.logs || m.ParsedOptions["build_path"] != nil
	w.spawn = pendingSpawn{owed: true, by: now.Add(completeWithin)}
	w.scale(now, m)
}

// grace is how long users may finish their tasks: the master's stop timeout, or the
// worker's own where the master has none.
func (w *worker) grace(m *protocol.Spawn) time.Duration {
	const century = 100 * 365 * 24 * time.Hour // as of a master; sums with it do not overflow
	if m.StopTimeout == 0 {
		return min(w.cfg.StopTimeout, century)
	}
	return m.StopTimeout
}

// forSeveral says that the master was started for more workers than one, or that this
// process is several.
func (w *worker) forSeveral(m *protocol.Spawn) bool {
	expected, _ := number(m.ParsedOptions["expect_workers"])
	return w.cfg.Processes > 1 || expected > 1 || m.ParsedOptions["enable_rebalancing"] == true
}

// scale brings the swarm to a spawn's numbers, once OnTestStart has returned without an
// error, and unless the target host is refused.
func (w *worker) scale(now time.Time, m *protocol.Spawn) {
	w.test.hooks.waiting = m
	if !w.test.hooks.ready {
		return
	}
	defer w.swarm.resume()
	if err := w.cfg.allows(w.env.Host); err != nil {
		w.exceptions.add("", "test", err)
		w.swarm.clear(0)
		return
	}
	if err := tooMany(m.UserClassesCount); err != nil {
		w.exceptions.add("", "test", err)
		return
	}
	w.swarm.scale(now, m.UserClassesCount, rampWindow(m), w.test.grace)
}

// mostUsers is more than any machine has memory for: a mistyped number.
const mostUsers = 20_000_000

func tooMany(counts map[string]int) error {
	sum := int64(0)
	for _, n := range counts {
		sum += int64(n)
	}
	if sum > mostUsers {
		return fmt.Errorf("worker: the master asks for %d users: more than the %d that one worker can have; those that run stay", sum, mostUsers)
	}
	return nil
}

func (w *worker) startTest(now time.Time, m *protocol.Spawn) {
	w.phase = active
	w.test = &test{started: now}
	w.beginTest(m)
	w.beginRun(now, m)
	w.stats.NewTest(now)
	w.exceptions.clear()
	w.master.sole = false
	w.log.Info().Str("host", shown(m.Host)).Dur("stop_timeout", w.grace(m)).Msg("test started")
	if len(m.SkippedOptions) > 0 {
		w.log.Warn().Strs("arguments", first(m.SkippedOptions, 100)).Msg("custom arguments of the master have values that this worker cannot hold: they are left out")
	}
	if unknown := w.unknown(m.UserClassesCount); len(unknown) > 0 {
		w.log.Error().Strs("unknown", unknown).Strs("known", w.classNames()).
			Msg("the master asks for user classes that this worker does not have; their users are not started")
	}
}

// prepare makes what the users started from now on have in common.
func (w *worker) prepare(m *protocol.Spawn) {
	w.env = w.environment(m)
	w.swarm.prepare(w.driver)
}

// driver is what the users of a class have in common, with the edits of it.
func (w *worker) driver(c *tasks.UserClass) tasks.Driver {
	d := tasks.Driver{
		Environment: w.env,
		OnError:     func(task string, err error) { w.exceptions.add(c.Name, task, err) },
		OnRequest:   w.cfg.OnRequest,
		OnStopTest:  w.stopTestOf(w.test, c.Name),
		Send:        w.send,
	}
	if e := w.edits[c.Name]; e != nil {
		d.Only = e.only
		if d.Host == "" {
			d.Host = e.host
		}
		if len(e.attributes) > 0 {
			d.Options = maps.Clone(d.Options)
			maps.Copy(d.Options, e.attributes)
		}
	}
	return d
}

// environment is what the master's spawn says of the test.
func (w *worker) environment(m *protocol.Spawn) tasks.Environment {
	env := tasks.Environment{
		Host:        m.Host,
		Options:     customOptions(m.ParsedOptions),
		WorkerIndex: w.master.index,
		Tags:        list(m.ParsedOptions["tags"]),
		ExcludeTags: list(m.ParsedOptions["exclude_tags"]),
	}
	if env.Host == "" {
		env.Host = w.cfg.Host
	}
	if len(env.Tags) == 0 {
		env.Tags = w.cfg.Tags
	}
	if len(env.ExcludeTags) == 0 {
		env.ExcludeTags = w.cfg.ExcludeTags
	}
	return env
}

// send queues a custom message to the master.
func (w *worker) send(messageType string, data any) error {
	if !w.link.Note(&protocol.Custom{MessageType: messageType, Data: data}) {
		return errors.New("worker: custom message " + messageType + ": cannot be sent, or too many are waiting for the master")
	}
	return nil
}

// endBy is when a load must have ended whose stop was lost: some time after the plan's run
// time, counted from its latest spawn, or the worker's own limit. A run time binds only if
// the test started by the command line: the web UI leaves that of an earlier test in
// parsed_options when its field is empty (locust/web.py).
func (w *worker) endBy(now time.Time, m *protocol.Spawn) time.Time {
	var end time.Time
	run := seconds(m.ParsedOptions["run_time"])
	if run > 0 && (m.ParsedOptions["headless"] == true || m.ParsedOptions["autostart"] == true) {
		end = now.Add(run + w.grace(m) + overtime)
	}
	if w.cfg.MaxRunTime > 0 {
		if own := w.test.started.Add(w.cfg.MaxRunTime); end.IsZero() || own.Before(end) {
			end = own
		}
	}
	return end
}

// completeSpawn answers a spawn with the users that really run: when all of them have
// been started and stopped, or in time for the master, and then again.
func (w *worker) completeSpawn(now time.Time) {
	if w.phase != active || !w.spawn.owed {
		return
	}
	settled := w.test.hooks.ready && w.swarm.settled()
	if !settled && (w.spawn.by.IsZero() || now.Before(w.spawn.by)) {
		return
	}
	w.spawn = pendingSpawn{owed: !settled}
	w.post(&protocol.SpawningComplete{UserClassesCount: w.swarm.counts()})
}

// stop ends the test. The master wants an answer from an idle worker as well.
func (w *worker) stop() {
	w.overran = false
	switch w.phase {
	case active:
		w.log.Info().Msg("the master stops the test")
		w.endTest(true)
	case idle:
		w.rejoin(time.Now())
	case stopping:
		w.owed = true
	}
}

// endTest tells all users to stop.
func (w *worker) endTest(owed bool) {
	w.phase, w.owed = stopping, owed
	w.spawn, w.resume = pendingSpawn{}, resume{}
	w.test.hooks.cancel()
	w.swarm.clear(w.test.grace)
	w.swarm.resume()
}

// abortTest ends the users of a test that nobody will ask about any more.
func (w *worker) abortTest() {
	w.phase, w.owed = idle, false
	w.spawn, w.resume = pendingSpawn{}, resume{}
	w.swarm.kill()
	w.swarm.resume()
	w.test.hooks.cancel()
	w.endRun(time.Now())
	w.testEnded(time.Now())
}

// finishStop reports the last requests and leaves and joins the master's workers again,
// once the last user has ended and no other report is in flight.
func (w *worker) finishStop(now time.Time) {
	if w.phase != stopping || w.swarm.total() > 0 || !w.testEnded(now) {
		return
	}
	if w.owed {
		if w.stats.Pending() {
			return
		}
		w.sendExceptions()
		w.report(now)
		w.rejoin(now)
	}
	w.phase, w.owed = idle, false
	w.endRun(now)
	w.log.Info().Int64("recorded", w.stats.Totals().Recorded).Msg("test stopped: all users have ended")
}

// rejoin leaves the master's workers and joins them again, at once unless a delay is asked
// for.
func (w *worker) rejoin(now time.Time) {
	w.post(&protocol.ClientStopped{})
	if w.cfg.ReadyDelay > 0 {
		w.joinAt = now.Add(w.cfg.ReadyDelay)
		w.master.excused = w.joinAt
		return
	}
	w.register()
}

func (w *worker) joinIfDue(now time.Time) {
	if !w.joinAt.IsZero() && !now.Before(w.joinAt) {
		w.register()
	}
}

// sendExceptions passes on the exceptions of the last second, as long as the link takes
// them.
func (w *worker) sendExceptions() {
	if w.talking() {
		w.exceptions.drain(time.Now(), func(m protocol.Message) bool { return w.link.Note(m) })
	}
}

// unknown are the classes among counts that are asked for and not here.
func (w *worker) unknown(counts map[string]int) (names []string) {
	known := w.classNames()
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if !slices.Contains(known, name) {
			names = append(names, name)
		}
	}
	return names
}

func (w *worker) classNames() (names []string) {
	for _, c := range w.swarm.classes {
		names = append(names, c.Name)
	}
	slices.SortFunc(names, strings.Compare)
	return names
}

// rampWindow is over what time a spawn's users are started: most of the time until the
// next spawn (locust/dispatch.py: whole users per step, a step per second or less often).
func rampWindow(m *protocol.Spawn) time.Duration {
	const most = 700 * time.Millisecond
	rate, _ := number(m.ParsedOptions["spawn_rate"])
	if rate <= 1 {
		return most
	}
	step := float64(int(rate)) / rate
	return time.Duration(step * float64(most))
}
