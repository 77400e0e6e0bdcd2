//go:build integration

package integration

import (
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// TestAllMasters runs the plan under masters of several versions: all requests, failures
// and exceptions are counted, and each master is well. It needs the environment variable
// LOCUST_MATRIX, versions and virtual environments such as "2.12.1=.venv-2.12.1"; `make
// test-matrix` sees to that.
func TestAllMasters(t *testing.T) {
	matrix := strings.Fields(os.Getenv("LOCUST_MATRIX"))
	if len(matrix) == 0 {
		t.Skip("LOCUST_MATRIX is not set: run `make test-matrix`")
	}
	buildPlan(t)
	for _, one := range matrix {
		version, venv, _ := strings.Cut(one, "=")
		t.Run(version, func(t *testing.T) { runPlan(t, version, venv) })
	}
}

func runPlan(t *testing.T, version, venv string) {
	s := newScene(t, planLimit)
	s.venv = venv
	target := s.target()
	m := s.master(target, rig.MasterConfig{Locustfile: s.plan(), WebUI: true, StopTimeout: planStopTimeout})
	if want := "Starting Locust " + version; !strings.Contains(m.Log(), want) {
		t.Errorf("the master's log does not say %q:\n%s", want, m.Tail(10))
	}
	w := s.planWorker(m.Addr)
	api := m.API()
	_, err := api.WaitStats(s.ctx, func(st *rig.Stats) bool { return len(st.Workers) == 1 })
	s.ok(err)
	var all int64
	for _, users := range swarms() {
		s.ok(api.Swarm(s.ctx, rig.Swarm{Users: users}))
		_, err := api.WaitStats(s.ctx, func(st *rig.Stats) bool {
			return st.State == "running" && st.UserCount == users && st.Total().NumRequests == planRequests(users)
		})
		s.ok(err)
		begin := time.Now()
		s.ok(api.Stop(s.ctx))
		st, err := api.WaitStats(s.ctx, func(st *rig.Stats) bool {
			return st.State == "stopped" && st.UserCount == 0 && len(st.Workers) == 1 && st.Total().NumRequests > planRequests(users)
		})
		s.ok(err)
		t.Logf("stopped after %v", time.Since(begin))
		s.checkPlan(api, st, users)
		all += st.Total().NumRequests
	}
	s.ok(m.Deaf(s.ctx))
	s.ok(m.Stop(s.ctx))
	s.endWell(w.Process)
	if sum, want := s.summary(w), (rig.Summary{Recorded: all, Failures: planFailures(), Reported: all}); sum != want {
		t.Errorf("the worker's sum is %+v, want %+v", sum, want)
	}
	users := swarms()[len(swarms())-1]
	if final := s.final(m); final != planRequests(users)+int64(users) {
		t.Errorf("final table: %d requests", final)
	}
}

// planTotals are the requests and failures of so many users by method and name, with
// those they make when they leave.
func planTotals(users int) map[string]rig.Totals {
	const rounds = 3
	readers, messengers := int64(users/3*2), int64(users/3)
	return map[string]rig.Totals{
		"POST /login":     {Requests: readers},
		"GET /items":      {Requests: rounds * readers},
		"GET /items/none": {Requests: rounds * readers, Failures: rounds * readers},
		"GET /items/[id]": {Requests: rounds * readers, Failures: rounds * readers},
		"GET /cart":       {Requests: rounds * readers},
		"MSG sent":        {Requests: rounds * messengers},
		"MSG posted":      {Requests: rounds * messengers},
		"MSG refused":     {Requests: rounds * messengers, Failures: rounds * messengers},
		"MSG left":        {Requests: readers + messengers},
	}
}

func planFailures() (n int64) {
	for _, users := range swarms() {
		for _, e := range planTotals(users) {
			n += e.Failures
		}
	}
	return n
}

// checkPlan checks what a master counts after a test.
func (s *scene) checkPlan(api *rig.API, st *rig.Stats, users int) {
	s.t.Helper()
	want := planTotals(users)
	got, failed := map[string]rig.Totals{}, map[string]int64{}
	for _, e := range st.Entries[:len(st.Entries)-1] {
		got[e.Method+" "+e.Name] = rig.Totals{Requests: e.NumRequests, Failures: e.NumFailures}
	}
	for _, e := range st.Errors {
		failed[e.Method+" "+e.Name] += e.Occurrences
	}
	if !maps.Equal(got, want) {
		s.t.Errorf("%d users: the master counts %v, want %v", users, got, want)
	}
	for name, totals := range want {
		if failed[name] != totals.Failures {
			s.t.Errorf("%d users: %d failures of %s, want %d", users, failed[name], name, totals.Failures)
		}
	}
	exceptions, err := api.Exceptions(s.ctx)
	s.ok(err)
	if n := want["MSG sent"].Requests; len(exceptions) != 1 || exceptions[0].Count != n || exceptions[0].Msg != "bad luck" {
		s.t.Errorf("%d users: exceptions %+v, want %d of one kind", users, exceptions, n)
	}
}
