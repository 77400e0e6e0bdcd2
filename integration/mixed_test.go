//go:build integration

package integration

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
	"github.com/hopperband/hopperband/protocol"
)

// TestMixedFleet gives one master two workers of Locust's own and two of ours: it deals
// the users out evenly, also after one has left, and counts the requests of all of them.
func TestMixedFleet(t *testing.T) {
	t.Parallel()
	s := newScene(t, 2*time.Minute)
	target, m, proxy, shop := s.shop()
	pythons := []*rig.Process{s.pythonWorker("python1", proxy.Addr(), shop), s.pythonWorker("python2", proxy.Addr(), shop)}
	stays, goes := s.worker("stays", proxy.Addr()), s.worker("goes", proxy.Addr())
	s.state(m, "ready", 4, 0)

	s.ok(m.API().Swarm(s.ctx, rig.Swarm{Users: 40}))
	s.spread(m, proxy, map[string]int{"Shopper": 30, "Browser": 10}, 4)
	s.terminate(goes.Process, 10*time.Second, 0)
	s.ok(m.API().Swarm(s.ctx, rig.Swarm{Users: 24}))
	s.spread(m, proxy, map[string]int{"Shopper": 18, "Browser": 6}, 3)

	s.ok(m.API().Stop(s.ctx))
	s.state(m, "stopped", 3, 0)
	served := s.served(target)
	s.counted(m, served)
	s.ok(m.Stop(s.ctx))
	s.endWell(append(pythons, m.Process, stays.Process)...)
	if final := s.final(m); final != served {
		t.Errorf("the master's final table has %d requests, the target has served %d", final, served)
	}
	sum := s.summary(stays, goes)
	if sum.Recorded == 0 || sum.Recorded >= served || sum.Reported != sum.Recorded || sum.Resent > 0 {
		t.Errorf("served %d, our workers %+v: want a part, all of it reported once", served, sum)
	}
}

// spread waits until the master counts so many users of each class, evenly over so many
// workers, and until these say the same.
func (s *scene) spread(m *rig.Master, proxy *rig.Proxy, classes map[string]int, workers int) {
	s.t.Helper()
	users := 0
	for _, n := range classes {
		users += n
	}
	st := s.evenly(m, workers, users)
	var ids []string
	for _, w := range st.Workers {
		if w.State != "missing" {
			ids = append(ids, w.ID)
		}
	}
	// What a worker has said in its report it says again as its answer to the spawn.
	var sum map[string]int
	if _, err := proxy.WaitFrame(s.within(5*time.Second), func(rig.Frame) bool {
		sum = together(proxy.Frames(), ids)
		return maps.Equal(sum, classes)
	}); err != nil {
		s.t.Errorf("the workers together run %v, want %v: %v", sum, classes, err)
	}
}

// together is how many users of each class some workers last said that they run.
func together(frames []rig.Frame, ids []string) map[string]int {
	sum := map[string]int{}
	for id, counts := range said(frames) {
		if !slices.Contains(ids, id) {
			continue
		}
		for class, n := range counts {
			sum[class] += n
		}
	}
	return sum
}

// said is what each worker last said of its users, by node ID.
func said(frames []rig.Frame) map[string]map[string]int {
	all := map[string]map[string]int{}
	for _, f := range frames {
		if m, ok := f.Message.(*protocol.SpawningComplete); ok && f.From == rig.FromWorker {
			all[f.NodeID] = m.UserClassesCount
		}
	}
	return all
}
