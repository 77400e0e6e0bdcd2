//go:build integration

package integration

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
	"github.com/hopperband/hopperband/protocol"
)

// TestRig proves the rig with Locust's own worker, so that a failure elsewhere is one of
// the worker: the master hears, the proxy records, and the numbers can be read.
func TestRig(t *testing.T) {
	t.Parallel()
	s := newScene(t, 90*time.Second)
	target, m, proxy, shop := s.shop()
	python := s.pythonWorker("python", proxy.Addr(), shop)
	api := m.API()

	_, err := api.WaitStats(s.ctx, func(st *rig.Stats) bool { return len(st.Workers) == 1 })
	s.ok(err)
	s.ok(api.Swarm(s.ctx, rig.Swarm{Users: 4}))
	_, err = api.WaitStats(s.ctx, func(st *rig.Stats) bool { return st.UserCount == 4 && st.Total().NumRequests > 20 })
	s.ok(err)
	s.ok(api.Stop(s.ctx))
	served := s.served(target)
	// Python's worker registers again a stop timeout after its stop; before that no quit reaches it.
	st, err := api.WaitStats(s.ctx, func(st *rig.Stats) bool {
		return st.Total().NumRequests == served && len(st.Workers) == 1
	})
	s.ok(err)

	s.checkAPI(api, st)
	s.checkFrames(proxy.Frames())
	s.ok(m.Stop(s.ctx))
	s.endWell(m.Process, python)
	if final := s.final(m); final != served {
		t.Errorf("final table: %d requests, the target has served %d", final, served)
	}
}

// checkAPI checks that the ways to read the statistics agree.
func (s *scene) checkAPI(api *rig.API, st *rig.Stats) {
	s.t.Helper()
	if got := st.Entry("POST", "/login").NumRequests; got != 3 {
		s.t.Errorf("/login: %d requests, want those of 3 shoppers", got)
	}
	records, err := api.RequestsCSV(s.ctx)
	s.ok(err)
	if len(records) != len(st.Entries)+1 {
		s.t.Errorf("requests CSV: %d records for %d entries", len(records), len(st.Entries))
	}
	failures, err := api.FailuresCSV(s.ctx)
	s.ok(err)
	if len(failures) != 1 {
		s.t.Errorf("failures CSV: %q, want the heading only", failures)
	}
	exceptions, err := api.Exceptions(s.ctx)
	s.ok(err)
	if len(exceptions) != 0 {
		s.t.Errorf("exceptions: %v, want none", exceptions)
	}
	if !s.isOlder("2.46.5") { // which starts a test of them
		if err := api.Swarm(s.ctx, rig.Swarm{Users: -1}); err == nil {
			s.t.Error("a swarm of -1 users has been accepted")
		}
	}
}

// checkFrames checks that both directions were recorded, and decoded without an error.
func (s *scene) checkFrames(frames []rig.Frame) {
	s.t.Helper()
	seen := map[rig.Side]map[string]int{rig.FromWorker: {}, rig.FromMaster: {}}
	var requests int64
	for _, f := range frames {
		if f.Err != nil {
			s.t.Errorf("message of the %v: %v", f.From, f.Err)
			continue
		}
		seen[f.From][f.Message.Type()]++
		if stats, ok := f.Message.(*protocol.Stats); ok {
			requests += stats.Total.NumRequests
		}
	}
	for _, want := range []string{"client_ready", "heartbeat", "spawning_complete", "stats", "client_stopped"} {
		if seen[rig.FromWorker][want] == 0 {
			s.t.Errorf("no %s of the worker recorded", want)
		}
	}
	wanted := []string{"ack", "spawn", "stop"}
	if !s.isOlder(echoes) {
		wanted = append(wanted, "heartbeat")
	}
	for _, want := range wanted {
		if seen[rig.FromMaster][want] == 0 {
			s.t.Errorf("no %s of the master recorded", want)
		}
	}
	if requests == 0 {
		s.t.Error("no request in the recorded stats")
	}
}

// shop starts a target and a master of testdata/shop.py, whose users both kinds of workers
// have, with a proxy. It returns the locustfile as well. The stop timeout lets the tasks of
// Python's users end on a machine that has little time for them.
func (s *scene) shop() (*rig.Target, *rig.Master, *rig.Proxy, string) {
	s.t.Helper()
	file, err := filepath.Abs("testdata/shop.py")
	s.ok(err)
	target := s.target()
	m := s.master(target, rig.MasterConfig{Locustfile: file, WebUI: true, StopTimeout: 10 * time.Second})
	return target, m, s.proxy(m), file
}
