//go:build integration

package integration

import (
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// TestCutTwice cuts a master's only worker off twice in a test. The first time the master
// asks for its users again. The second time only one that rebalances does; with another one
// the users end, since it may have stopped the test meanwhile, and are back when their number
// is changed. No request is lost.
func TestCutTwice(t *testing.T) {
	t.Parallel()
	atOnce(t, map[string]func(*testing.T){
		"changed by hand": func(t *testing.T) { cutTwice(t, false) },
		"rebalancing":     func(t *testing.T) { cutTwice(t, true) },
	})
}

func cutTwice(t *testing.T, rebalancing bool) {
	s := newScene(t, 90*time.Second)
	target := s.target()
	c := rig.MasterConfig{WebUI: true, StopTimeout: 5 * time.Second}
	if rebalancing {
		s.needs("2.29.0", "a master says how many users there are, by which its only worker knows that it is that,")
		c.Args = []string{"--enable-rebalancing"}
	}
	m := s.master(target, c)
	proxy := s.proxy(m)
	w := s.worker("worker", proxy.Addr())
	s.state(m, "ready", 1, 0)
	s.ok(m.API().Swarm(s.ctx, rig.Swarm{Users: 10}))
	s.state(m, "running", 1, 10)

	s.cutOff(proxy, m, target)
	earlier := int64(0)
	if rebalancing {
		s.cutOff(proxy, m, target)
	} else {
		proxy.Cut()
		s.line(w.Process, 20*time.Second, 1, "the master has not asked for them again")
		earlier = s.before(m, s.still(target, 2*time.Second))
		s.ok(m.API().Swarm(s.ctx, rig.Swarm{Users: 12}))
		s.state(m, "running", 1, 12)
		s.loaded(target)
	}
	s.ok(m.API().Stop(s.ctx))
	s.state(m, "stopped", 1, 0)
	s.ok(m.Stop(s.ctx))
	s.endWell(m.Process, w.Process)
	s.agree(s.served(target), earlier+s.final(m), s.summary(w))
}

// before waits until the master has counted what the target has served, and returns that if its
// test is over: it has missed its only worker meanwhile, and will begin a new one.
func (s *scene) before(m *rig.Master, served int64) int64 {
	s.t.Helper()
	st, err := m.API().WaitStats(s.within(10*time.Second), func(st *rig.Stats) bool { return st.Total().NumRequests >= served })
	s.ok(err)
	if st.State != "stopped" {
		return 0
	}
	return st.Total().NumRequests
}

// cutOff resets the connection of a worker, which gets its users again.
func (s *scene) cutOff(proxy *rig.Proxy, m *rig.Master, target *rig.Target) {
	s.t.Helper()
	begun := time.Now()
	proxy.Cut()
	_, err := proxy.WaitFrame(s.within(20*time.Second), func(f rig.Frame) bool { return f.At.After(begun) && f.Is("spawn") })
	s.ok(err)
	s.state(m, "running", 1, 10)
	s.loaded(target)
}
