package worker

import (
	"errors"
	"time"

	"github.com/hopperband/hopperband/internal/link"
	"github.com/hopperband/hopperband/protocol"
)

func (w *worker) handle(e link.Event) {
	now := time.Now()
	switch e := e.(type) {
	case link.Connected:
		w.connected(now, e)
	case link.Message:
		w.master.lastHeard, w.master.everUp, w.master.up = now, true, true
		w.receive(now, e.Message)
	case link.Confirmed:
		w.confirmed(now, e)
	case link.Down:
		w.down(e)
	}
}

// connected says hello, in the way that the last session's end asks for.
func (w *worker) connected(now time.Time, e link.Connected) {
	w.master.session, w.master.up = e.Session, false
	w.master.beats, w.master.echoed, w.master.acked, w.master.asked, w.master.clockWarned = 0, 0, false, false, false
	w.master.unechoed, w.master.roundTrip = time.Time{}, 0
	if e.Refused && w.master.registered {
		w.master.renewed = true
		if w.phase == active || w.phase == stopping {
			w.log.Warn().Msg("the master was restarted: stopping the users of the old one's test")
			w.abortTest()
		}
	}
	switch {
	case w.phase == leaving:
		w.beat(now)
	case w.phase == active && !w.master.sole && (e.Stalled || !w.seemsSole()):
		last := w.master.lastBeat
		if e.Stalled {
			last = now // its time does not count if it was frozen
		}
		w.resume.silentUntil = earlierOf(last.Add(missingAfter), now)
	default:
		w.askWhetherKnown(now)
		w.register()
	}
}

// askWhetherKnown sends a heartbeat in front of the client_ready. The master that had this
// worker before the cut echoes it, another one does not (locust/runners.py): a dial that is
// refused shows a new master only where nothing stands in front of it. After a minute
// without this worker, be it one in which this machine slept, the old one has forgotten it
// as well.
func (w *worker) askWhetherKnown(now time.Time) {
	away := now.Round(0).Sub(w.master.lastHeard.Round(0))
	w.master.asked = w.master.registered && w.master.echoes && !w.master.deaf && away < forgetAfter
	if w.master.asked {
		w.beat(now)
	}
}

// seemsSole guesses where a master does not say how many users there are in all (before
// Locust 2.29). Silence would end the test of a master that has no other worker ("The last
// worker went missing, stopping test"); a client_ready gives one that has others an uneven
// share of the users, and no more than that. So the first worker registers at once, unless
// the test is made for several, or the master was frozen: then all of its workers come back.
func (w *worker) seemsSole() bool {
	return !w.master.logs && w.master.index == 0 && !w.test.several
}

// earlierOf returns t, or now when t has passed.
func earlierOf(t, now time.Time) time.Time {
	if t.Before(now) {
		return now
	}
	return t
}

// register asks the master to take this worker in. Spawns are told from stale ones by
// their time within one registration.
func (w *worker) register() {
	w.master.lastSpawn, w.joinAt = 0, time.Time{}
	w.post(&protocol.ClientReady{})
}

// down keeps what the ended session owed for the next one, or drops it.
func (w *worker) down(e link.Down) {
	w.master.reason = e.Err
	if e.Session == 0 || e.Session != w.master.session {
		return
	}
	w.master.session, w.master.up, w.master.excused = 0, false, time.Time{}
	w.resume = resume{}
	w.owed, w.leave.echo, w.joinAt, w.overran = false, 0, time.Time{}, false
	if w.stats.Pending() {
		w.stats.Requeue()
	}
	if w.phase == active && !w.master.sole {
		w.swarm.pause()
	}
}

func (w *worker) receive(now time.Time, m protocol.Message) {
	switch m := m.(type) {
	case *protocol.Ack:
		w.acknowledged(now, m)
	case *protocol.HeartbeatEcho:
		w.master.echoes, w.master.deaf = true, false
		w.master.hasEchoed(now)
	case *protocol.Spawn:
		w.spawned(now, m)
	case *protocol.AllSpawned:
		w.allSpawned(m)
	case *protocol.Stop:
		w.stop()
	case *protocol.Quit:
		if w.phase != leaving {
			w.log.Info().Msg("the master told its workers to quit")
			w.depart(now, true)
		}
	case *protocol.UpdateUserClass:
		w.edited(m)
	case *protocol.Reconnect:
		w.link.Reconnect(w.master.session)
	case *protocol.Custom:
		w.custom(m)
	case *protocol.Locustfile:
		w.compareLocustfile(m)
	default:
		w.log.Debug().Str("type", m.Type()).Msg("message ignored")
	}
}

// acknowledged is told that the master has registered this worker: at the start of a
// session, where the pending report goes out before any spawn is handled, or after a stop.
func (w *worker) acknowledged(now time.Time, m *protocol.Ack) {
	first := !w.master.acked
	unknown := first && w.master.asked && w.master.echoed == 0
	if w.master.registered && (m.Index != w.master.index || unknown) {
		w.master.renewed = true
		if w.phase == active || w.phase == stopping {
			w.log.Warn().Msg("this master is a new one: stopping the users of the old one's test")
			w.abortTest()
		}
	}
	w.master.acked = true
	if unknown {
		w.master.beats, w.master.unechoed = 0, time.Time{} // the one that nobody will answer
	}
	if w.master.renewed {
		w.stats.NewTest(now)
		w.master.echoes, w.master.sole, w.master.logs = false, false, false
	}
	w.master.registered, w.master.renewed, w.master.index = true, false, m.Index
	if !first {
		return
	}
	if w.alone == nil {
		w.log.Info().Str("master", w.cfg.address()).Int("worker_index", m.Index).Msg("registered with the master")
	}
	w.askLocustfile(now)
	w.beat(now)
	if w.phase == idle && w.swarm.total() > 0 { // those of a test that the master knows nothing of, about to end
		w.reportAt = now.Add(reportEvery)
	} else {
		w.report(now)
	}
	if w.phase == active {
		w.resume.spawnBy = now.Add(spawnWithin)
	}
}

// allSpawned is told how many users all workers have together.
func (w *worker) allSpawned(m *protocol.AllSpawned) {
	own := w.swarm.total()
	w.master.logs = true
	w.master.sole = m.UserCount == own
	w.log.Info().Int("users", m.UserCount).Int("own_users", own).Msg("all users spawned")
	if w.phase == active && w.test.reset {
		before := w.stats.Totals().Unreported
		now := time.Now()
		w.stats.NewTest(now)
		if w.alone != nil {
			w.alone.results.reset(now)
		}
		w.log.Info().Int64("requests", w.stats.Totals().Unreported-before).Msg("statistics reset: what was not reported yet is forgotten")
	}
	if f := w.cfg.OnSpawningComplete; f != nil {
		w.hooks.call("OnSpawningComplete", func() error { f(m.UserCount); return nil }, nil)
	}
}

// advanceResume ends the silence, or a test that the master does not run any more. A master
// without echoes answers a heartbeat with a spawn at most, and its second outage with
// nothing (locust/dispatch.py leaves a rebalance "in progress"): a client_ready brings an ack
// from all of them.
func (w *worker) advanceResume(now time.Time) {
	if t := w.resume.silentUntil; !t.IsZero() && !now.Before(t) {
		w.resume = resume{}
		if w.master.echoes {
			w.resume.spawnBy = now.Add(spawnWithin)
			w.beat(now)
		} else {
			w.register()
		}
	}
	if t := w.resume.spawnBy; !t.IsZero() && !now.Before(t) {
		w.resume = resume{}
		if w.phase == active {
			w.log.Warn().Msg("stopping all users: after a lost connection the master has not asked for them again")
			// A master that rebalances asks for them at a client_ready, not at a heartbeat. One
			// without echoes has had its client_ready.
			w.endTest(w.master.echoes && !w.master.sole)
		}
	}
}

// confirmed moves the base: the master's I/O has the report, and its application will have
// it unless it was about to stop listening.
func (w *worker) confirmed(now time.Time, e link.Confirmed) {
	if !w.master.echoes {
		w.master.lastHeard = now
	}
	if e.Report != w.reports || !w.stats.Pending() || w.leave.echo > 0 {
		return
	}
	if w.phase == leaving && w.leave.byMaster {
		if !now.Before(w.leave.heard.Add(listensFor)) {
			return
		}
		if !w.master.echoes {
			w.leave.unconfirmed += w.sent
		}
	}
	w.stats.Confirm()
}

func orUnknown(err error) error {
	if err == nil {
		return errors.New("it does not answer")
	}
	return err
}
