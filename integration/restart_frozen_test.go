//go:build integration

package integration

import (
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

const (
	shortFreeze = 3 * time.Second  // the connections outlive it: half of what they do not
	longFreeze  = 15 * time.Second // the workers have to connect anew
)

// A freeze stops the master's process for a while (SIGSTOP), as when a virtual machine is
// moved: no request is lost, and each worker has its share of the users after it, not
// twice.
type freeze struct {
	length  time.Duration
	workers int
	goesOn  bool // the test does
}

func (f freeze) play(t *testing.T) {
	s := newScene(t, 100*time.Second)
	if f.length == longFreeze && f.goesOn {
		s.needs(echoes, "heartbeats tell a worker that its master is awake, before that has missed it")
	}
	target := s.target()
	m := s.master(target, rig.MasterConfig{WebUI: true, StopTimeout: 5 * time.Second})
	var workers []*rig.Worker
	for i := range f.workers {
		workers = append(workers, s.worker("worker"+strconv.Itoa(i+1), m.Addr))
	}
	s.state(m, "ready", f.workers, 0)
	s.ok(m.API().Swarm(s.ctx, rig.Swarm{Users: 10}))
	s.state(m, "running", f.workers, 10)
	s.ok(m.Signal(syscall.SIGSTOP))
	time.Sleep(f.length) // it is the time itself that is tested
	s.ok(m.Signal(syscall.SIGCONT))

	earlier := f.awake(s, m, target, workers)
	s.ok(m.API().Swarm(s.ctx, rig.Swarm{Users: 20}))
	s.evenly(m, f.workers, 20)
	s.ok(m.API().Stop(s.ctx))
	s.state(m, "stopped", f.workers, 0)
	s.ok(m.Stop(s.ctx))
	for _, w := range workers {
		s.endWell(w.Process)
	}
	sum, served, counted := s.summary(workers...), s.served(target), earlier+s.final(m)
	if served != sum.Recorded || sum.Recorded != sum.Reported {
		t.Errorf("served %d, workers %+v: want the same number recorded and reported", served, sum)
	}
	if twice := counted - served; twice < 0 || twice > sum.Resent {
		t.Errorf("master %d, served %d, resent %d: want no request lost, and those counted twice among the resent",
			counted, served, sum.Resent)
	}
}

// awake checks what becomes of the test. It returns how many requests the master has
// counted in it if it is over.
func (f freeze) awake(s *scene, m *rig.Master, target *rig.Target, workers []*rig.Worker) int64 {
	s.t.Helper()
	connections := 2
	if f.length == shortFreeze {
		connections = 1
	}
	for _, w := range workers {
		s.line(w.Process, 15*time.Second, connections, "connected to master")
	}
	if f.goesOn {
		s.evenly(m, f.workers, 10)
		s.loaded(target)
		return 0
	}
	s.state(m, "stopped", f.workers, 0)
	served := s.still(target, 3*time.Second)
	st, err := m.API().WaitStats(s.within(10*time.Second), func(st *rig.Stats) bool { return st.Total().NumRequests >= served })
	s.ok(err)
	return st.Total().NumRequests
}

// evenly waits until the users are spread evenly over the workers.
func (s *scene) evenly(m *rig.Master, workers, users int) *rig.Stats {
	s.t.Helper()
	s.state(m, "running", workers, users)
	st, err := m.API().WaitStats(s.within(20*time.Second), func(st *rig.Stats) bool {
		for _, w := range st.Workers {
			if w.State != "missing" && w.UserCount != users/workers {
				return false
			}
		}
		return live(st) == workers
	})
	if err != nil {
		s.t.Fatalf("%v: the users are not spread evenly over %d workers: %+v", err, workers, st.Workers)
	}
	return st
}
