//go:build integration

package integration

import (
	"path/filepath"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// What a test of the plan is started with. The second swarm shows that nothing of the
// first is left.
const (
	planStopTimeout = time.Second
	planRunTime     = 7 * time.Second // not where a report is due, every 3 s from the registration on
	planLimit       = 90 * time.Second
	masterListens   = 450 * time.Millisecond // after its quit, and a little less
)

func swarms() []int { return []int{6, 3} }

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

// planSum is what so many users do in a whole test.
func planSum(users int) (sum rig.Totals) {
	for _, e := range planTotals(users) {
		sum = plus(sum, e)
	}
	return sum
}

// planRequests is how many requests so many users make before they leave, which is one more.
func planRequests(users int) int64 { return planSum(users).Requests - int64(users) }

func plus(a, b rig.Totals) rig.Totals {
	return rig.Totals{Requests: a.Requests + b.Requests, Failures: a.Failures + b.Failures}
}

// plan returns the path of the locustfile of all contenders and masters.
func (s *scene) plan() string { return s.locustfileAt("plan.py") }

func (s *scene) locustfileAt(name string) string {
	s.t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", "differential", name))
	s.ok(err)
	return path
}

// planWorker starts the worker whose classes do what the plan says.
func (s *scene) planWorker(addr string, args ...string) *rig.Worker {
	s.t.Helper()
	w, err := rig.StartWorker(s.ctx, rig.WorkerConfig{
		Path: built(s.t, "differential"), Dir: s.dir, Master: addr, Args: args,
	})
	s.ok(err)
	s.watch(w.Process)
	return w
}
