//go:build integration

package gate

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// Many runs of the same version in a row, with the gate's own limits: none may fail.
// GATE_RUNS says how many.
func TestUnchanged(t *testing.T) {
	long(t)
	runs, err := strconv.Atoi(os.Getenv("GATE_RUNS"))
	if err != nil {
		t.Skip("GATE_RUNS is not set: run `make gate-test`")
	}
	s := aloneScene(t)
	s.turn("delay", "100ms", "jitter", "20ms")
	s.set(
		"baseline.off", false, "baseline.store", filepath.Join(s.dir, "store"), "identity.branch", "main",
		"run.classes", []string{"Patient"}, "run.users", 60, "run.duration", "15s",
	)
	for _, key := range []string{"validity.schedule_lag", "validity.missed", "validity.cpu", "validity.requests"} {
		delete(s.plan, key) // the gate's own
	}
	outcomes := map[record.Outcome]int{}
	again := 0
	for i := range runs {
		o := s.gate()
		if o.run.Verdict == nil {
			t.Fatalf("run %d: no verdict", i+1)
		}
		outcomes[o.run.Verdict.Outcome]++
		if o.run.Verdict.Confirms != "" {
			again++
		}
	}
	t.Logf("%d runs: %v, %d of them a second time", runs, outcomes, again)
	if outcomes[record.Fail] > 0 || outcomes[record.Pass] == 0 {
		t.Errorf("%d of %d unchanged runs failed", outcomes[record.Fail], runs)
	}
}
