package verdict_test

import (
	"strings"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/verdict"
)

// A failure by less than the generator's own lateness says nothing; one by more does, and so
// does another failure beside it.
func TestLateGenerator(t *testing.T) {
	lag := func(p99, most float64) func(*record.Generator) {
		return func(g *record.Generator) { g.ScheduleLagP99, g.ScheduleLagMax = &p99, &most }
	}
	wakeUps := func(p99, most float64) func(*record.Generator) {
		return func(g *record.Generator) { g.WakeUpLagP99, g.WakeUpLagMax = &p99, &most }
	}
	for _, test := range []struct {
		name      string
		threshold string
		change    func(*record.Run)
		generator func(*record.Generator)
		exit      int
		reason    string
	}{
		{"slower by what it was late", "", slower(0.12), lag(0.04, 0.04), verdict.ExitInvalid, "undisturbed: p50 of total"},
		{"slower by what the gate was late", "", slower(0.12), wakeUps(0.04, 0.04), verdict.ExitInvalid, "99 of 100 of its wake-ups"},
		{"slower by more", "", slower(0.2), lag(0.04, 0.04), verdict.ExitRegression, "p95 of total"},
		{"slower, and it was in time", "", slower(0.12), lag(0.002, 0.004), verdict.ExitRegression, "p95 of total"},
		{"slower, and nobody knows", "", slower(0.12), func(g *record.Generator) { g.ScheduleLagP99 = nil }, verdict.ExitRegression, "p95 of total"},
		{"slower by what one in a hundred was late", "", slower(0.12), lag(0.002, 0.9), verdict.ExitRegression, "p95 of total"},
		{"beyond a threshold by that", "p95 < 90ms", unchanged, lag(0.02, 0.02), verdict.ExitInvalid, "undisturbed: p95 of total"},
		{"beyond a threshold by more", "p95 < 50ms", unchanged, lag(0.02, 0.02), verdict.ExitThreshold, "p95 of total"},
		{"the longest beyond a threshold by that", "max < 90ms", unchanged, lag(0.001, 0.02), verdict.ExitInvalid, "(all of its wake-ups)"},
		{"p99 beyond a threshold by that", "p99 < 90ms", unchanged, lag(0.001, 0.02), verdict.ExitInvalid, "(all of its wake-ups)"},
		{"the shortest beyond a threshold", "min < 90ms", unchanged, lag(0.02, 0.02), verdict.ExitThreshold, "min of total"},
		{"on a threshold to the digit", "avg < 100ms", func(r *record.Run) { r.Total.Avg = 0.1 }, lag(0, 0), verdict.ExitThreshold, "avg of total"},
		{"failures are not late", "failures < 1%", withFailures, lag(0.04, 0.04), verdict.ExitThreshold, "failures of total"},
		{"failures beside a doubtful time", "failures < 1%", func(r *record.Run) { slow(r, 0.12); withFailures(r) }, lag(0.04, 0.04), verdict.ExitThreshold, "failures of total"},
		{"fewer requests by what it was late", "rate > 17/s", unchanged, lag(0.02, 0.02), verdict.ExitInvalid, "undisturbed: rate of total"},
		{"fewer requests by more", "rate > 20/s", unchanged, lag(0.02, 0.02), verdict.ExitThreshold, "rate of total"},
	} {
		in := input(t)
		if test.threshold != "" {
			in = input(t, test.threshold)
		}
		test.change(in.Run)
		test.generator(&in.Run.Generator)
		v := verdict.Judge(in)
		if v.ExitCode != test.exit || !strings.Contains(strings.Join(v.Reasons, "\n"), test.reason) {
			t.Errorf("%s: %d %q, want %d with %q", test.name, v.ExitCode, v.Reasons, test.exit, test.reason)
		}
	}
}

// The worst window of a threshold is held against the worst interval of the generator, which
// hardly shows in a long plateau.
func TestLateInOneInterval(t *testing.T) {
	for _, test := range []struct {
		window, worst float64 // seconds
		exit          int
	}{
		{30, 0.03, verdict.ExitInvalid},
		{30, 0.01, verdict.ExitThreshold},
		{0, 0.03, verdict.ExitThreshold},
	} {
		in := input(t)
		in.Run.Generator.ScheduleLagWorst = &test.worst
		in.Sliding = []record.Check{{
			Kind: record.ThresholdCheck, Figure: "p95", Unit: record.Seconds, Operator: "<", Window: test.window,
			Seen: new(0.12), Allowed: new(0.1), Result: record.Failed, Decides: true, Text: "p95 of total",
		}}
		if v := verdict.Judge(in); v.ExitCode != test.exit {
			t.Errorf("a window of %v s, late by %v s in the worst interval: %d %q, want %d", test.window, test.worst, v.ExitCode, v.Reasons, test.exit)
		}
	}
}

func slower(seconds float64) func(*record.Run) { return func(r *record.Run) { slow(r, seconds) } }

func unchanged(*record.Run) {}

func withFailures(r *record.Run) { r.Total.Failures, r.Reconciled.Failures = 50, [2]int64{50, 50} }

// The second run has to show what the first one did: not only to be beyond a limit just so
// when the first was far beyond it.
func TestUnsteadyRuns(t *testing.T) {
	for _, test := range []struct {
		name          string
		first, second float64 // seconds; the baseline has 0.1
		exit          int
	}{
		{"alike", 0.13, 0.125, verdict.ExitRegression},
		{"wild, then just beyond", 0.3, 0.112, verdict.ExitInvalid},
		{"just beyond, then wild", 0.112, 0.3, verdict.ExitInvalid},
		{"wild, and both far beyond", 0.8, 0.2, verdict.ExitRegression},
		{"wild, then not beyond", 0.8, 0.1, verdict.ExitPass},
	} {
		first := input(t)
		slow(first.Run, test.first)
		v := verdict.Judge(first)
		first.Run.ID, first.Run.Verdict = "first", &v
		in := input(t)
		in.First = first.Run
		slow(in.Run, test.second)
		v = verdict.Judge(in)
		reasons := strings.Join(v.Reasons, "\n")
		if v.ExitCode != test.exit || strings.Contains(reasons, "run first had") != (test.exit == verdict.ExitInvalid) {
			t.Errorf("%s: %d %q, want %d", test.name, v.ExitCode, v.Reasons, test.exit)
		}
	}
}
