//go:build integration

package integration

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// TestStopTest lets the third user of Locust's own worker and of ours end its test: all
// users vanish without a word to the master, whose test goes on, and the worker is there
// for its next one. (Locust 2.47 heeds a StopTest of a user's __init__ only. In a task it
// ends its user: locust/user/users.py does not pass it on.)
func TestStopTest(t *testing.T) {
	s := newScene(t, 2*time.Minute)
	s.needs("2.43.0", "there is StopTest")
	file, err := filepath.Abs("testdata/stoptest.py")
	s.ok(err)
	seen := map[string]*[]string{"python": {}, "ours": {}}
	atOnce(t, map[string]func(*testing.T){
		"python": func(t *testing.T) {
			s := newScene(t, time.Minute)
			*seen["python"] = s.stopsItself(file, func(addr string) *rig.Process { return s.pythonWorker("worker", addr, file) })
		},
		"ours": func(t *testing.T) {
			s := newScene(t, time.Minute)
			*seen["ours"] = s.stopsItself(file, func(addr string) *rig.Process {
				return s.run(rig.WorkerConfig{Path: built(t, "stopper"), Master: addr}).Process
			})
		},
	})
	if python, ours := strings.Join(*seen["python"], "\n"), strings.Join(*seen["ours"], "\n"); python != ours || python == "" {
		t.Errorf("ours:\n%s\nPython:\n%s", ours, python)
	}
}

// stopsItself plays a test and returns what the worker said, and what the master made
// of it.
func (s *scene) stopsItself(file string, worker func(addr string) *rig.Process) (seen []string) {
	m := s.master(s.target(), rig.MasterConfig{WebUI: true, Locustfile: file, StopTimeout: time.Second})
	proxy := s.proxy(m)
	w := worker(proxy.Addr())
	s.state(m, "ready", 1, 0)
	s.ok(m.API().Swarm(s.ctx, rig.Swarm{Users: 2}))
	s.state(m, "running", 1, 2)
	s.ok(m.API().Swarm(s.ctx, rig.Swarm{Users: 3}))
	st, err := m.API().WaitStats(s.within(20*time.Second), func(st *rig.Stats) bool { return st.State == "running" && st.UserCount == 0 })
	s.ok(err)
	exceptions, err := m.API().Exceptions(s.ctx)
	s.ok(err)
	seen = append(seen, fmt.Sprintf("master %s, %d users, %d workers, %d failures, %d exceptions", st.State, st.UserCount,
		len(st.Workers), st.Total().NumFailures, len(exceptions)))
	s.ok(m.API().Stop(s.ctx))
	_, err = m.API().WaitStats(s.ctx, func(st *rig.Stats) bool {
		return st.State == "stopped" && len(st.Workers) == 1 && st.Workers[0].State == "ready"
	})
	s.ok(err)
	s.ok(m.Stop(s.ctx))
	s.endWell(w)
	if !strings.Contains(w.Log(), "tired") {
		s.t.Errorf("%s does not say why it has stopped", w.Name())
	}
	var words []string
	for _, f := range proxy.Frames() {
		regular := []string{"heartbeat", "stats", "logs", "spawning", "spawning_complete"}
		if f.From == rig.FromWorker && f.Message != nil && !slices.Contains(regular, f.Message.Type()) {
			words = append(words, f.Message.Type())
		}
	}
	return append(seen, strings.Join(words, " "))
}
