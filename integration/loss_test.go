//go:build integration

package integration

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
	"github.com/hopperband/hopperband/protocol"
)

// heard says that each worker has left while its master was still listening, which is for
// half a second after its quit (locust/runners.py): the master that has ended says so itself, and
// the worker was quick. On a busy machine the last report may come too late; what it holds is
// then lost to the master.
func heard(m *rig.Master, frames []rig.Frame) bool {
	told, left := told(frames), map[string]bool{}
	for _, f := range frames {
		if f.From == rig.FromWorker && f.Is("quit") && f.At.Sub(told[f.NodeID]) < masterListens && saidQuit(m, f.NodeID) {
			left[f.NodeID] = true
		}
	}
	return len(told) > 0 && len(left) == len(told)
}

// told is when the master has told each worker to quit.
func told(frames []rig.Frame) map[string]time.Time {
	told := map[string]time.Time{}
	for _, f := range frames {
		if _, known := told[f.NodeID]; !known && f.From == rig.FromMaster && f.Is("quit") {
			told[f.NodeID] = f.At
		}
	}
	return told
}

// saidQuit says that a master has logged the quit of a worker.
func saidQuit(m *rig.Master, id string) bool {
	for line := range strings.Lines(m.Log()) {
		if strings.Contains(line, id) && strings.Contains(line, ") quit. ") {
			return true
		}
	}
	return false
}

// doubtful is how many requests were on their way when the master told its workers to quit: a
// connection that was slow then has them confirmed by a master that does not listen any more.
func doubtful(frames []rig.Frame) (n int64) {
	told := told(frames)
	for _, f := range frames {
		at, known := told[f.NodeID]
		if m, ok := f.Message.(*protocol.Stats); ok && known && f.At.Sub(at).Abs() < time.Second {
			n += m.Total.NumRequests
		}
	}
	return n
}

// agree fails the test unless target, workers and master agree to the request, where the
// workers left in time for their master.
func (s *scene) agree(served, final int64, sum rig.Summary) {
	s.t.Helper()
	s.agreeLate(served, final, sum, 0)
	if sum.Unreported > 0 {
		s.t.Errorf("%d requests unreported, want none of workers that left in time", sum.Unreported)
	}
}

// agreeLate is agree for workers that may have left too late: what they could not tell the
// master, since it listened no more, they have to say, but for what is doubtful.
func (s *scene) agreeLate(served, final int64, sum rig.Summary, doubtful int64) {
	s.t.Helper()
	if served == 0 || sum.Recorded != served || sum.Reported+sum.Unreported != served || sum.Failures > 0 || sum.Interrupted > 0 {
		s.t.Errorf("served %d, workers %+v: want the same number, and some, none failed or interrupted", served, sum)
	}
	if final < sum.Reported-doubtful || final > sum.Recorded+sum.Resent {
		s.t.Errorf("master %d, workers %+v, %d doubtful: want no request lost, and those counted twice among the resent", final, sum, doubtful)
	}
}

// agreeAtEnd is agree for workers that their master has told to quit in a test. It returns whether
// they left in time.
func (s *scene) agreeAtEnd(served int64, m *rig.Master, sum rig.Summary, frames []rig.Frame) (inTime bool) {
	s.t.Helper()
	if heard(m, frames) {
		s.agree(served, s.final(m), sum)
		return true
	}
	doubts := doubtful(frames)
	if s.isOlder(echoes) {
		doubts = sum.Reported // such a master cannot say what it has heard
	}
	s.agreeLate(served, s.final(m), sum, doubts)
	return false
}

// TestZeroLoss: with a stop timeout that lets every task end, target, workers and master
// count the same, run after run. If so many at once leave no worker the time to tell its master,
// single ones do.
func TestZeroLoss(t *testing.T) {
	t.Parallel()
	const runs = 10
	var inTime atomic.Int64
	run := func(t *testing.T) {
		if zeroLoss(t) {
			inTime.Add(1)
		}
	}
	t.Run("at once", func(t *testing.T) {
		for i := range runs {
			t.Run(fmt.Sprint(i+1), func(t *testing.T) {
				t.Parallel()
				run(t)
			})
		}
	})
	t.Logf("%d of %d runs in time for the master", inTime.Load(), runs)
	for i := 0; i < runs && inTime.Load() == 0; i++ {
		t.Run(fmt.Sprint("alone ", i+1), run)
	}
	if inTime.Load() == 0 {
		t.Error("no worker has left in time for its master")
	}
}

// zeroLoss is one run. It returns whether all workers have left in time for their master.
func zeroLoss(t *testing.T) bool {
	s := newScene(t, time.Minute)
	target := s.target()
	m := s.master(target, rig.MasterConfig{
		Users: 20, SpawnRate: 20, RunTime: 5 * time.Second, StopTimeout: 30 * time.Second, ExpectWorkers: 2,
	})
	proxy := s.proxy(m)
	a, b := s.worker("a", proxy.Addr()), s.worker("b", proxy.Addr())
	s.endWell(m.Process, a.Process, b.Process)
	sum := s.summary(a, b)
	inTime := s.agreeAtEnd(s.served(target), m, sum, proxy.Frames())
	if sum.Resent > 0 {
		t.Errorf("the workers have sent %d requests again, and no connection was lost", sum.Resent)
	}
	return inTime
}

// TestForcedStop: without a stop timeout requests are cut off. What the target has served
// and the master has not is among those that the worker counts as interrupted.
func TestForcedStop(t *testing.T) {
	t.Parallel()
	s := newScene(t, time.Minute)
	target := s.target()
	m := s.master(target, rig.MasterConfig{Users: 100, SpawnRate: 100, RunTime: 5 * time.Second, ExpectWorkers: 1})
	proxy := s.proxy(m)
	w := s.worker("worker", proxy.Addr())
	s.endWell(m.Process, w.Process)

	sum, served := s.summary(w), s.served(target)
	if missing := served - sum.Recorded; served == 0 || missing < 0 || missing > sum.Interrupted {
		t.Errorf("served %d, worker %+v: want at most the interrupted ones to be missing", served, sum)
	}
	sum.Interrupted = 0
	s.agreeAtEnd(sum.Recorded, m, sum, proxy.Frames())
}

// TestCutConnection cuts one worker's connection twice in a test: once so that a report is
// lost, once so that its confirmation is. No request may be lost, and what the master
// counts twice the worker has to have counted as resent.
func TestCutConnection(t *testing.T) {
	t.Parallel()
	s := newScene(t, 2*time.Minute)
	target := s.target()
	m := s.master(target, rig.MasterConfig{WebUI: true, StopTimeout: 5 * time.Second})
	proxy := s.proxy(m)
	proxy.Filter(cutReports(1))
	a, b := s.worker("direct", m.Addr), s.worker("cut", proxy.Addr())
	s.state(m, "ready", 2, 0)
	s.ok(m.API().Swarm(s.ctx, rig.Swarm{Users: 20}))

	first, err := proxy.WaitFrame(s.ctx, func(f rig.Frame) bool { return f.Verdict == rig.Cut })
	s.ok(err)
	second, err := proxy.WaitFrame(s.ctx, func(f rig.Frame) bool { return hasRequests(f) && f.Connection > first.Connection })
	s.ok(err)
	proxy.Cut()
	for _, back := range []string{"stats", "heartbeat"} {
		_, err = proxy.WaitFrame(s.ctx, func(f rig.Frame) bool { return f.Is(back) && f.Connection > second.Connection })
		s.ok(err)
	}
	// A master that is stopped while it takes a worker in again runs on (locust/runners.py).
	_, err = m.API().FreshStats(s.ctx)
	s.ok(err)
	_, err = m.API().WaitStats(s.ctx, func(st *rig.Stats) bool { return st.State == "running" && live(st) == 2 })
	s.ok(err)
	s.ok(m.API().Stop(s.ctx))
	s.state(m, "stopped", 2, 0)
	s.ok(m.Stop(s.ctx))
	s.endWell(m.Process, a.Process, b.Process)
	s.agree(s.served(target), s.final(m), s.summary(a, b))
}

// cutReports cuts the connection on each of the first n reports of requests, so that the
// master does not get them.
func cutReports(n int) func(rig.Frame) rig.Verdict {
	return func(f rig.Frame) rig.Verdict {
		if n == 0 || !hasRequests(f) {
			return rig.Forward
		}
		n--
		return rig.Cut
	}
}

func hasRequests(f rig.Frame) bool {
	stats, ok := f.Message.(*protocol.Stats)
	return ok && stats.Total.NumRequests > 0
}
