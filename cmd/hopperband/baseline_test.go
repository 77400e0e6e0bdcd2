package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/baseline"
	"github.com/hopperband/hopperband/internal/gate/record"
)

// fill makes a store with runs of such p95s in milliseconds, an hour after each other, and
// returns their IDs.
func fill(t *testing.T, dir string, milliseconds ...float64) []string {
	t.Helper()
	store := baseline.Open(dir)
	var ids []string
	for i, ms := range milliseconds {
		started := time.Date(2025, 6, 1, i, 0, 0, 0, time.UTC)
		f := record.Figures{Requests: 1000}
		for range 1000 {
			f.ResponseTime.Observe(ms / 1000)
		}
		run := &record.Run{Schema: record.Schema, ID: record.NewID(started), Total: f.Over(10)}
		run.Identity.Branch, run.Identity.Version, run.Identity.Started = "main", "1.0", started
		run.Verdict = &record.Verdict{Outcome: record.Pass}
		if err := store.Put(run); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, run.ID)
	}
	return ids
}

func TestBaselineCommands(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	ids := fill(t, dir, 100, 100, 200)
	variables := map[string]string{"HOPPERBAND_GATE_BASELINE_STORE": dir}
	do := func(code int, args ...string) string {
		t.Helper()
		got, output := call(t, "", variables, append([]string{"gate", "baseline"}, args...)...)
		if got != code {
			t.Fatalf("%q: exit code %d, want %d:\n%s", args, got, code, output)
		}
		return output
	}
	expect := func(output string, parts ...string) {
		t.Helper()
		for _, part := range parts {
			if !strings.Contains(output, part) {
				t.Errorf("no %q in:\n%s", part, output)
			}
		}
	}
	expect(do(0, "list"), ids[0], ids[2], "PASS", "main", "100/s")
	expect(do(0, "show", ids[2]), "PASS", ids[2])
	expect(do(0, "compare", ids[0], ids[2]), "total", "p95", "+100.0%")
	expect(do(2, "accept", ids[2]), "who accepts it and the reason")
	expect(do(2, "prune", "--keep", "0"), "at least one has to stay")
	expect(do(0, "accept", ids[2], "--by", "grace", "--reason", "new disks"), "begins a new level")
	expect(do(0, "list"), "accepted")
	expect(do(0, "prune", "--keep", "2", "--dry-run"), ids[0]+".json")
	expect(do(0, "list"), ids[0])
	do(0, "prune", "--keep", "2")
	if output := do(0, "list"); strings.Contains(output, ids[0]) || !strings.Contains(output, ids[1]) {
		t.Errorf("after pruning:\n%s", output)
	}
	expect(do(1, "show", "nothing"), "no run")
}

func TestBaselineMisused(t *testing.T) {
	for _, args := range [][]string{nil, {"lsit"}, {"show"}, {"compare", "a"}, {"list", "all"}, {"list", "--stoer", "x"}} {
		code, output := call(t, "", nil, append([]string{"gate", "baseline"}, args...)...)
		if code != 2 || output == "" {
			t.Errorf("%q: exit code %d: %s", args, code, output)
		}
	}
	if code, output := call(t, "", nil, "gate", "baseline", "--help"); code != 0 || !strings.Contains(output, "--keep") {
		t.Errorf("exit code %d: %s", code, output)
	}
}

// The store is that of the plan, whatever else the plan is.
func TestBaselineOfThePlan(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	ids := fill(t, dir, 100)
	code, output := call(t, "baseline: {store: '"+dir+"'}", nil, "gate", "baseline", "list")
	if code != 0 || !strings.Contains(output, ids[0]) {
		t.Errorf("exit code %d, want run %s:\n%s", code, ids[0], output)
	}
}
