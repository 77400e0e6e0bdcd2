//go:build integration

package gate

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// Many runs of the same version in a row, with the gate's own limits: none may fail. On a
// machine that others keep busy they may be invalid; then there is nothing to compare with
// until it is quiet. GATE_RUNS says how many.
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
	outcomes := map[record.Outcome]int{}
	again := 0
	for i := range runs {
		o := s.gate()
		v := o.run.Verdict
		if v == nil {
			t.Fatalf("run %d: no verdict", i+1)
		}
		outcomes[v.Outcome]++
		if v.Confirms != "" {
			again++
		}
		p95, _ := o.run.Total.ResponseTime.Quantile(0.95)
		t.Logf("run %d: %s, p95 %.0f ms, generator late by %.1f ms (99 of 100): %q", i+1, v.Outcome, 1000*p95, 1000*o.run.Generator.LateP99(), v.Reasons)
	}
	t.Logf("%d runs: %v, %d of them a second time", runs, outcomes, again)
	if outcomes[record.Fail] > 0 {
		t.Errorf("%d of %d unchanged runs failed", outcomes[record.Fail], runs)
	}
	if outcomes[record.Pass] == 0 {
		t.Errorf("none of %d unchanged runs passed: the machine was too busy to show anything", runs)
	}
}
