//go:build integration

package integration

import (
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// betweenStopAndStart is sooner than a slow user ends its request.
const betweenStopAndStart = 500 * time.Millisecond

// TestAgain starts a test right behind the stop of another one. Each has a target of its
// own, so that requests of the old test in the new one's statistics would show.
func TestAgain(t *testing.T) {
	t.Parallel()
	slow := built(t, "faulty")
	atOnce(t, map[string]func(*testing.T){
		"while users run":        func(t *testing.T) { again(t, slow) },
		"after users have ended": func(t *testing.T) { again(t, "") },
	})
}

// again uses the quickstart worker if there is no program.
func again(t *testing.T, program string) {
	s := newScene(t, 90*time.Second)
	if program == "" {
		program = s.program()
	}
	first, second := s.target(), s.target()
	m := s.master(first, rig.MasterConfig{Locustfile: s.locustfileOf(program), WebUI: true, StopTimeout: 10 * time.Second})
	w := s.run(rig.WorkerConfig{Path: program, Master: m.Addr})
	api := m.API()
	s.state(m, "ready", 1, 0)
	s.ok(api.Swarm(s.ctx, rig.Swarm{Users: 10, Host: first.URL}))
	s.state(m, "running", 1, 10)

	stopped := make(chan error, 1)
	go func() { stopped <- api.Stop(s.ctx) }()
	time.Sleep(betweenStopAndStart) // it is the time itself that is tested
	s.ok(api.Swarm(s.ctx, rig.Swarm{Users: 6, Host: second.URL}))
	s.state(m, "running", 1, 6)
	old := s.still(first, 3*time.Second)

	s.ok(api.Stop(s.ctx))
	s.ok(<-stopped)
	s.state(m, "stopped", 1, 0)
	served := s.served(second)
	s.counted(m, served)
	s.ok(m.Stop(s.ctx))
	s.endWell(w.Process)
	if final := s.final(m); final != served {
		t.Errorf("the master's final table has %d requests, the second test had %d", final, served)
	}
	sum := s.summary(w)
	if missing := old + served - sum.Recorded; missing < 0 || missing > sum.Interrupted || sum.Reported+sum.Unreported != sum.Recorded {
		t.Errorf("served %d and %d, worker %+v: want all accounted for", old, served, sum)
	}
}
