//go:build integration

package integration

import (
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/integration/rig"
)

// TestAllMasters runs the plan under masters of several versions: all requests, failures
// and exceptions are counted, and each master is well. It needs the environment variable
// LOCUST_MATRIX, versions and virtual environments such as "2.12.1=.venv-2.12.1"; `make
// matrix-short` sees to that.
func TestAllMasters(t *testing.T) {
	matrix := strings.Fields(os.Getenv("LOCUST_MATRIX"))
	if len(matrix) == 0 {
		t.Skip("LOCUST_MATRIX is not set: run `make matrix-short`")
	}
	for _, one := range matrix {
		version, venv, _ := strings.Cut(one, "=")
		t.Run(version, func(t *testing.T) { runPlan(t, version, venv) })
	}
}

// runPlan runs two tests that are stopped, and a last one that the master's end ends.
func runPlan(t *testing.T, version, venv string) {
	t.Parallel()
	s := newScene(t, planLimit)
	s.venv = venv
	target := s.target()
	m := s.master(target, rig.MasterConfig{Locustfile: s.plan(), WebUI: true, StopTimeout: planStopTimeout})
	if want := "Starting Locust " + version; !strings.Contains(m.Log(), want) {
		t.Errorf("the master's log does not say %q:\n%s", want, m.Tail(10))
	}
	proxy := s.proxy(m)
	w := s.planWorker(proxy.Addr())
	api := m.API()
	_, err := api.WaitStats(s.ctx, func(st *rig.Stats) bool { return len(st.Workers) == 1 })
	s.ok(err)
	var all rig.Totals
	for _, users := range swarms() {
		s.swarm(api, users)
		s.ok(api.Stop(s.ctx))
		st, err := api.WaitStats(s.ctx, func(st *rig.Stats) bool {
			return st.State == "stopped" && st.UserCount == 0 && len(st.Workers) == 1 &&
				st.Total().NumRequests >= planSum(users).Requests
		})
		s.ok(err)
		s.checkPlan(api, st, users)
		all = plus(all, planSum(users))
	}
	s.ok(m.Deaf(s.ctx))

	users := swarms()[0]
	s.swarm(api, users)
	s.ok(m.Stop(s.ctx))
	s.endWell(w.Process)
	all = plus(all, planSum(users))
	final, err := m.Final()
	s.ok(err)
	late, sum := !heard(m, proxy.Frames()), s.summary(w) // on a busy machine: what it could not tell any more it has to say
	if want := planSum(users); final != want && (!late || final.Requests > want.Requests) {
		t.Errorf("final table: %+v, want %+v", final, want)
	}
	want := rig.Summary{Recorded: all.Requests, Failures: all.Failures, Reported: all.Requests}
	if late {
		want.Reported, want.Unreported = all.Requests-sum.Unreported, sum.Unreported
	}
	if sum != want {
		t.Errorf("the worker's sum is %+v, want %+v", sum, want)
	}
}

// swarm starts a test, and waits until all users have done what they do before they leave.
func (s *scene) swarm(api *rig.API, users int) {
	s.t.Helper()
	s.ok(api.Swarm(s.ctx, rig.Swarm{Users: users}))
	_, err := api.WaitStats(s.ctx, func(st *rig.Stats) bool {
		return st.State == "running" && st.UserCount == users && st.Total().NumRequests == planRequests(users)
	})
	s.ok(err)
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
