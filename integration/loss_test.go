//go:build integration

package integration

import (
	"fmt"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
	"github.com/hopperband/hopperband/protocol"
)

// TestZeroLoss: with a stop timeout that lets every task end, target, workers and master
// count the same, run after run.
func TestZeroLoss(t *testing.T) {
	t.Parallel()
	for i := range 10 {
		t.Run(fmt.Sprint(i+1), func(t *testing.T) {
			t.Parallel()
			s := newScene(t, time.Minute)
			target := s.target()
			m := s.master(target, rig.MasterConfig{
				Users: 20, SpawnRate: 20, RunTime: 5 * time.Second, StopTimeout: 5 * time.Second, ExpectWorkers: 2,
			})
			a, b := s.worker("a", m.Addr), s.worker("b", m.Addr)
			s.endWell(m.Process, a.Process, b.Process)

			sum, served, final := s.summary(a, b), s.served(target), s.final(m)
			if served == 0 || served != final || served != sum.Recorded {
				t.Errorf("served %d, master %d, recorded %d: want the same, and some", served, final, sum.Recorded)
			}
			want := rig.Summary{Recorded: served, Reported: served}
			if sum != want {
				t.Errorf("the workers' sum is %+v, want %+v", sum, want)
			}
		})
	}
}

// TestForcedStop: without a stop timeout requests are cut off. What the target has served
// and the master has not is among those that the worker counts as interrupted.
func TestForcedStop(t *testing.T) {
	t.Parallel()
	s := newScene(t, time.Minute)
	target := s.target()
	m := s.master(target, rig.MasterConfig{Users: 100, SpawnRate: 100, RunTime: 5 * time.Second, ExpectWorkers: 1})
	w := s.worker("worker", m.Addr)
	s.endWell(m.Process, w.Process)

	sum, served, final := s.summary(w), s.served(target), s.final(m)
	if final != sum.Reported || sum.Reported+sum.Unreported != sum.Recorded {
		t.Errorf("master %d, worker %+v: want the reported ones, and recorded = reported + unreported", final, sum)
	}
	if missing := served - sum.Recorded; served == 0 || missing < 0 || missing > sum.Interrupted {
		t.Errorf("served %d, worker %+v: want at most the interrupted ones to be missing", served, sum)
	}
	if sum.Failures != 0 {
		t.Errorf("%d failures: a request cut off by a forced stop is none", sum.Failures)
	}
}

// TestCutConnection cuts one worker's connection twice in a test: once so that a report is
// lost, once so that its confirmation is. No request may be lost, and what the master
// counts twice the worker has to have counted as resent.
func TestCutConnection(t *testing.T) {
	t.Parallel()
	s := newScene(t, 2*time.Minute)
	target := s.target()
	m := s.master(target, rig.MasterConfig{
		Users: 20, SpawnRate: 20, RunTime: 25 * time.Second, StopTimeout: 5 * time.Second, ExpectWorkers: 2,
	})
	proxy := s.proxy(m)
	proxy.Filter(cutReports(1))
	a, b := s.worker("direct", m.Addr), s.worker("cut", proxy.Addr())

	first, err := proxy.WaitFrame(s.ctx, func(f rig.Frame) bool { return f.Verdict == rig.Cut })
	s.ok(err)
	_, err = proxy.WaitFrame(s.ctx, func(f rig.Frame) bool { return hasRequests(f) && f.Connection > first.Connection })
	s.ok(err)
	proxy.Cut()
	s.endWell(m.Process, a.Process, b.Process)

	sum, served, final := s.summary(a, b), s.served(target), s.final(m)
	if served == 0 || served != sum.Recorded {
		t.Errorf("served %d, recorded %d: want the same, and some", served, sum.Recorded)
	}
	if twice := final - sum.Recorded; twice < 0 || twice > sum.Resent {
		t.Errorf("master %d, workers %+v: want no request lost, and those counted twice among the resent", final, sum)
	}
	if sum.Unreported != 0 {
		t.Errorf("%d requests unreported, want none", sum.Unreported)
	}
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
