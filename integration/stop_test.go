//go:build integration

package integration

import (
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

const (
	loadEnds = 20 * time.Second // from a lost stop to the last request, at the latest
	quiet    = 8 * time.Second  // without a request: longer than a worker holds its users back in between
)

// TestSwallowedStop cuts a connection exactly at the master's stop, which the master never
// repeats. The load ends all the same.
func TestSwallowedStop(t *testing.T) {
	atOnce(t, map[string]func(*testing.T){
		"sole worker": func(t *testing.T) { swallowStop(t, 0) },
		"one of two":  func(t *testing.T) { swallowStop(t, 1) },
	})
}

func swallowStop(t *testing.T, others int) {
	s := newScene(t, 3*time.Minute)
	target := s.target()
	m := s.master(target, rig.MasterConfig{WebUI: true, StopTimeout: 2 * time.Second})
	proxy := s.proxy(m)
	proxy.Filter(cutStop())
	s.worker("cut", proxy.Addr())
	for range others {
		s.worker("other", m.Addr)
	}
	api := m.API()
	_, err := api.WaitStats(s.ctx, func(st *rig.Stats) bool { return len(st.Workers) == 1+others })
	s.ok(err)
	s.ok(api.Swarm(s.ctx, rig.Swarm{Users: 10}))
	_, err = api.WaitStats(s.ctx, func(st *rig.Stats) bool { return st.UserCount == 10 && st.Total().NumRequests > 0 })
	s.ok(err)

	stopped := make(chan error, 1)
	go func() { stopped <- api.Stop(s.ctx) }()
	_, err = proxy.WaitFrame(s.ctx, func(f rig.Frame) bool { return f.Verdict == rig.Cut })
	s.ok(err)
	served, err := target.WaitQuiet(s.within(loadEnds+quiet), quiet)
	s.ok(err)
	s.ok(<-stopped)
	if again := s.served(target); again != served {
		t.Errorf("%d requests after the load had ended", again-served)
	}
}

// cutStop cuts the connection on the first stop, which is not delivered.
func cutStop() func(rig.Frame) rig.Verdict {
	done := false
	return func(f rig.Frame) rig.Verdict {
		if done || f.From != rig.FromMaster || !f.Is("stop") {
			return rig.Forward
		}
		done = true
		return rig.Cut
	}
}
