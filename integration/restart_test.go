//go:build integration

package integration

import (
	"context"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// TestRestart kills the master in a test, or freezes it.
func TestRestart(t *testing.T) {
	t.Parallel()
	atOnce(t, map[string]func(*testing.T){
		"sole worker": func(t *testing.T) { restart(t, 1) },
		"two workers": func(t *testing.T) { restart(t, 2) },
		"for good":    dieForGood,

		"frozen for a short time":   freeze{shortFreeze, 2, true}.play,
		"frozen with a sole worker": freeze{longFreeze, 1, true}.play,
		// All workers stay silent until the master must have missed them. Then it stops.
		"frozen with two workers": freeze{longFreeze, 2, false}.play,
	})
}

// restart starts a new master on the port of the killed one: it gets the workers, but
// neither load nor requests of the old one's test.
func restart(t *testing.T, n int) {
	s := newScene(t, 2*time.Minute)
	target := s.target()
	c := rig.MasterConfig{Name: "old", WebUI: true, StopTimeout: 5 * time.Second}
	old := s.master(target, c)
	var workers []*rig.Worker
	for i := range n {
		workers = append(workers, s.worker("worker"+strconv.Itoa(i+1), old.Addr))
	}
	s.state(old, "ready", n, 0)
	s.ok(old.API().Swarm(s.ctx, rig.Swarm{Users: 10}))
	s.state(old, "running", n, 10)
	old.Kill()

	c.Name, c.Port = "new", portOf(s, old.Addr)
	m := s.master(target, c)
	begun := time.Now()
	for _, w := range workers {
		s.line(w.Process, 5*time.Second, 2, "registered with the master")
	}
	t.Logf("registered %v after the new master listened", time.Since(begun).Round(time.Millisecond))
	before := s.still(target, 2*time.Second)

	s.ok(m.API().Swarm(s.ctx, rig.Swarm{Users: 10}))
	st := s.state(m, "running", n, 10)
	for _, w := range st.Workers {
		if w.UserCount != 10/n {
			t.Errorf("%d users on a worker, want %d", w.UserCount, 10/n)
		}
	}
	s.ok(m.API().Stop(s.ctx))
	s.counted(m, s.served(target)-before)
	s.ok(m.Stop(s.ctx))
	for _, w := range workers {
		s.endWell(w.Process)
	}
	if sum := s.summary(workers...); sum.Recorded != sum.Reported+sum.Unreported || sum.Failures > 0 {
		t.Errorf("workers: %+v, want all requests accounted for, and no failure", sum)
	}
}

// dieForGood starts no new master: the load ends after the silence that was set, and the
// worker with it.
func dieForGood(t *testing.T) {
	s := newScene(t, time.Minute)
	target := s.target()
	m := s.master(target, rig.MasterConfig{WebUI: true})
	w := s.worker("worker", m.Addr, "--master-heartbeat-timeout", "6s")
	s.state(m, "ready", 1, 0)
	s.ok(m.API().Swarm(s.ctx, rig.Swarm{Users: 10}))
	s.state(m, "running", 1, 10)
	m.Kill()

	s.ends(w.Process, 9*time.Second, 1)
	s.still(target, time.Second)
	lines := complaints(t, w.Process)
	last := lines[len(lines)-1]
	for _, words := range []string{m.Addr, "no word for 6s", "--master-heartbeat-timeout", "connection refused"} {
		if !strings.Contains(last.Error, words) {
			t.Errorf("last error %q does not say %q", last.Error, words)
		}
	}
}

// calms is how long a target may still be asked after what ends its load: its last requests,
// and a worker that has to wait for the CPU.
const calms = 20 * time.Second

// still fails the test unless the target has no request for a while from now on, or soon. It
// returns how many the target has answered.
func (s *scene) still(target *rig.Target, while time.Duration) int64 {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, while+calms)
	defer cancel()
	served, err := target.WaitQuiet(ctx, while)
	s.ok(err)
	return served
}

// counted waits until the master has counted so many requests, and fails the test if they
// become more.
func (s *scene) counted(m *rig.Master, served int64) {
	s.t.Helper()
	if served == 0 {
		s.t.Error("the target has served no request")
	}
	st, err := m.API().WaitStats(s.within(15*time.Second), func(st *rig.Stats) bool { return st.Total().NumRequests >= served })
	s.ok(err)
	if got := st.Total().NumRequests; got != served {
		s.t.Errorf("the master has counted %d requests, the target %d", got, served)
	}
}

func portOf(s *scene, addr string) int {
	s.t.Helper()
	_, text, err := net.SplitHostPort(addr)
	s.ok(err)
	port, err := strconv.Atoi(text)
	s.ok(err)
	return port
}
