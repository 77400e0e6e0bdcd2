package verdict_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/baseline"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/threshold"
	"github.com/hopperband/hopperband/internal/gate/verdict"
)

// good is a run of 1 000 requests of 100 ms that is valid.
func good() *record.Run {
	f := record.Figures{Requests: 1000}
	for range 1000 {
		f.ResponseTime.Observe(0.1)
	}
	run := &record.Run{
		ID:     "now",
		Plan:   record.Plan{Digest: "d", Users: 10, DurationSeconds: 60, Workers: 2},
		Window: record.Window{Start: time.Unix(0, 0), End: time.Unix(60, 0)},
		Total:  f.Over(60),
		Generator: record.Generator{
			WorkersExpected: 2, WorkersSeen: 2, UsersWanted: 10, UsersReached: 10,
			CPUMax: new(0.2), ScheduleLagP99: new(0.001), MissedIterations: new(int64(0)),
			VersionBefore: "v2", VersionAfter: "v2",
		},
		Sources:    []record.Source{{Kind: record.SourceWorkers, Figures: true, Resolution: record.Native}},
		Reconciled: record.Reconciled{Compared: true, Kinds: [2]string{"workers", "master"}, Requests: [2]int64{1000, 1000}},
	}
	named := run.Total
	named.Method, named.Name = "GET", "/"
	run.Names = []record.Figures{named}
	return run
}

// input is one that passes, compared with seven runs like it.
func input(t *testing.T, thresholds ...string) verdict.Input {
	t.Helper()
	in := verdict.Input{Run: good(), Limits: verdict.DefaultLimits(), Baseline: baseline.Defaults()}
	for range 7 {
		past := good()
		past.ID = "past"
		in.History.Runs = append(in.History.Runs, past)
	}
	for _, text := range thresholds {
		x, err := threshold.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		in.Thresholds = append(in.Thresholds, x)
	}
	return in
}

// slow makes a run of a response time in seconds.
func slow(run *record.Run, seconds float64) {
	f := record.Figures{Requests: 1000}
	for range 1000 {
		f.ResponseTime.Observe(seconds)
	}
	run.Total = f.Over(60)
	f.Method, f.Name = "GET", "/"
	run.Names = []record.Figures{f.Over(60)}
}

// A judgement is what becomes of a run that is changed.
type judgement struct {
	name   string
	change func(*verdict.Input)
	want   record.Outcome
	exit   int
	reason string
}

func invalidRuns() []judgement {
	return []judgement{
		{"zero requests", func(in *verdict.Input) { in.Run.Total, in.Run.Names = record.Figures{}, nil }, record.Invalid, 5, "requests: 0, allowed is >= 100"},
		{"a worker lost", func(in *verdict.Input) { in.Run.Generator.WorkersLost = 1 }, record.Invalid, 5, "workers lost: 1"},
		{"a worker missing", func(in *verdict.Input) { in.Run.Generator.WorkersSeen = 1 }, record.Invalid, 5, "workers seen: 1, allowed is >= 2"},
		{"users not reached", func(in *verdict.Input) { in.Run.Generator.UsersReached = 9 }, record.Invalid, 5, "users reached: 9"},
		{"one user less than 55 %", func(in *verdict.Input) { fiftyFive(in); in.Run.Generator.UsersReached = 54 }, record.Invalid, 5, "users reached: 54, allowed is >= 55"},
		{"CPU", func(in *verdict.Input) { in.Run.Generator.CPUMax = new(0.97) }, record.Invalid, 5, "CPU of the busiest worker: 97%, allowed is <= 90%"},
		{"schedule lag", func(in *verdict.Input) { in.Run.Generator.ScheduleLagP99 = new(0.5) }, record.Invalid, 5, "schedule lag p99: 500ms"},
		{"missed iterations of a busy generator", func(in *verdict.Input) {
			in.Run.Generator.MissedIterations, in.Run.Generator.CPUMax = new(int64(20)), new(0.7)
		}, record.Invalid, 5, "missed iterations: 2%"},
		{"missed iterations, and nothing known of the CPU", func(in *verdict.Input) {
			in.Run.Generator.MissedIterations, in.Run.Generator.CPUMax = new(int64(20)), nil
		}, record.Invalid, 5, "missed iterations: 2%"},
		{"surely waited for a CPU", waited(0.117, 0), record.Invalid, 5, "CPU wait p99, at least: 117ms, allowed is <= 50ms"},
		{"may have waited for a CPU", waited(0.0105, 0.117), record.Pass, 0, ""},
		{"missed iterations of a generator that waited for a CPU", missed(waited(0.117, 0)), record.Invalid, 5, "missed iterations: 2%"},
		{"missed iterations of one that may have", missed(waited(0.0105, 0.117)), record.Invalid, 5, "the workers may have waited for a CPU"},
		{"missed iterations of one that did not", missed(waited(0.0009, 0.0105)), record.Pass, 0, "the target was too slow"},
		{"missed iterations of an idle generator", func(in *verdict.Input) { in.Run.Generator.MissedIterations = new(int64(20)) }, record.Pass, 0, "the target was too slow"},
		{"numbers that differ", func(in *verdict.Input) { in.Run.Reconciled.Requests[1] = 990 }, record.Invalid, 5, "they may differ by 1"},
		{"numbers that differ explainedly", func(in *verdict.Input) {
			in.Run.Reconciled.Requests[1], in.Run.Reconciled.Explained = 990, 9
		}, record.Pass, 0, ""},
		{"failures that differ", func(in *verdict.Input) { in.Run.Reconciled.Failures[1] = 5 }, record.Invalid, 5, "numbers reconcile"},
		{"a source that broke", func(in *verdict.Input) { in.Run.Reconciled.Problem = "the master answered 500" }, record.Invalid, 5, "the master answered 500"},
		{"a clock step", func(in *verdict.Input) { in.Run.Generator.ClockSteps = []string{"worker 1: -2s"} }, record.Invalid, 5, "worker 1: -2s"},
		{"a part of the numbers that is a whole one", func(in *verdict.Input) {
			in.Limits.MaxDifference, in.Run.Reconciled.Requests = 0.009, [2]int64{3000, 2973}
		}, record.Pass, 0, ""},
		{"no version after", func(in *verdict.Input) { in.Run.Generator.VersionAfter = "" }, record.Invalid, 5, "could not be read after"},
		{"another version", func(in *verdict.Input) { in.Run.Generator.VersionAfter = "v3" }, record.Invalid, 5, "changed midway"},
		{"another plan", func(in *verdict.Input) { in.History.Runs[3].Plan.Users = 20 }, record.Invalid, 5, "users 20, here 10"},
		{"stopped by nobody's threshold", func(in *verdict.Input) { in.Run.Window.Stopped = "somebody did" }, record.Invalid, 5, "somebody did"},
		{"stopped by somebody before a threshold was reached", func(in *verdict.Input) {
			in.Run.Window.Stopped, in.Run.Total.Failures = "somebody did", 20
		}, record.Invalid, 5, "somebody did"},
		{"stopped by somebody, and not by the threshold that does not hold and could have", func(in *verdict.Input) {
			in.Run.Window.Stopped, in.Run.Total.Failures, in.Thresholds[0].Abort = "somebody did", 20, true
		}, record.Invalid, 5, "somebody did"},
		{"nothing known of the CPU", func(in *verdict.Input) { in.Run.Generator.CPUMax = nil }, record.Pass, 0, ""},
		{"nothing known, though it has to be", func(in *verdict.Input) {
			in.Run.Generator.CPUMax, in.Limits.RequireFacts = nil, true
		}, record.Invalid, 5, "CPU of the busiest worker: not known"},
	}
}

// waited is a generator whose goroutines waited for a CPU for more than one time and, unless
// that is 0, no more than another.
func waited(above, most float64) func(*verdict.Input) {
	return func(in *verdict.Input) {
		in.Run.Generator.CPUWaitP99 = &above
		if most > 0 {
			in.Run.Generator.CPUWaitP99Most = &most
		}
	}
}

func missed(of func(*verdict.Input)) func(*verdict.Input) {
	return func(in *verdict.Input) {
		of(in)
		in.Run.Generator.MissedIterations = new(int64(20))
	}
}

// fiftyFive has 100 users, of which 55 % are enough.
func fiftyFive(in *verdict.Input) {
	in.Limits.MinUsers = 0.55
	in.Run.Generator.UsersWanted, in.Run.Generator.UsersReached = 100, 55
}

func judgements() []judgement {
	return []judgement{
		{"all is well", func(*verdict.Input) {}, record.Pass, 0, ""},
		{"55 % of the users, and that is enough", fiftyFive, record.Pass, 0, ""},
		{"slower", func(in *verdict.Input) { slow(in.Run, 0.13) }, record.Fail, 4, "p95 of total is"},
		{"a failed threshold", func(in *verdict.Input) { in.Run.Total.Failures = 20 }, record.Fail, 3, "failures of total is 2%, allowed is < 0.5%"},
		{"slower, and nobody compares", func(in *verdict.Input) { slow(in.Run, 0.13); in.Baseline.Off = true }, record.Pass, 0, ""},
		{"invalid beats failed", func(in *verdict.Input) {
			in.Run.Total.Failures, in.Run.Generator.WorkersLost = 20, 1
		}, record.Invalid, 5, "failures of total is 2%"},
		{"no baseline", func(in *verdict.Input) { in.History = baseline.History{Why: "no passed run"} }, record.Pass, 0, "NO BASELINE: no passed run"},
		{"no baseline, though required", func(in *verdict.Input) {
			in.History, in.Baseline.Required = baseline.History{Why: "no passed run"}, true
		}, record.Fail, 6, "the plan requires one"},
		{"two runs only", func(in *verdict.Input) { in.History.Runs = in.History.Runs[:2] }, record.Pass, 0, "low confidence: 2 of 3 runs"},
		{"two runs only, 20 % slower", func(in *verdict.Input) { in.History.Runs = in.History.Runs[:2]; slow(in.Run, 0.12) }, record.Pass, 0, "low confidence"},
		{"two runs only, twice as slow", func(in *verdict.Input) { in.History.Runs = in.History.Runs[:2]; slow(in.Run, 0.2) }, record.Fail, 4, "low confidence"},
		{"a name that is to decide was never requested", func(in *verdict.Input) { in.Baseline.Deciding = []string{"/gone"} }, record.Invalid, 5, "/gone is to decide"},
		{"a sliding window", func(in *verdict.Input) {
			in.Sliding = []record.Check{{Kind: record.ThresholdCheck, Result: record.Failed, Decides: true, Text: "the worst 30s"}}
		}, record.Fail, 3, "the worst 30s"},
		{"stopped by a threshold", func(in *verdict.Input) {
			in.Run.Total = record.Figures{Requests: 10, Failures: 10}
			in.Run.Generator.UsersReached, in.Run.Window.Stopped = 3, "failures < 0.5%"
			in.Thresholds[0].Abort, in.Aborted = true, true
		}, record.Fail, 3, "failures of total is 100%"},
	}
}

func TestJudge(t *testing.T) {
	for _, test := range append(invalidRuns(), judgements()...) {
		t.Run(test.name, func(t *testing.T) {
			in := input(t, "failures < 0.5%", "p95 < 500ms")
			test.change(&in)
			v := verdict.Judge(in)
			if v.Outcome != test.want || v.ExitCode != test.exit {
				t.Errorf("%s, exit code %d: %q; want %s, %d", v.Outcome, v.ExitCode, v.Reasons, test.want, test.exit)
			}
			if !strings.Contains(strings.Join(v.Reasons, "\n"), test.reason) || test.reason == "" && len(v.Reasons) > 0 {
				t.Errorf("reasons are %q, want %q among them", v.Reasons, test.reason)
			}
		})
	}
}

func TestOneFailureAfterNoneIsNoRegression(t *testing.T) {
	for failures, want := range map[int64]int{1: 0, 3: 0, 10: verdict.ExitRegression} {
		in := input(t)
		in.Run.Total.Failures = failures
		in.Run.Reconciled.Failures = [2]int64{failures, failures}
		if v := verdict.Judge(in); v.ExitCode != want {
			t.Errorf("%d failures of 1000 after none: %d %q, want %d", failures, v.ExitCode, v.Reasons, want)
		}
	}
}

func TestTheDirectionThatIsGoodNeverFails(t *testing.T) {
	in := input(t)
	slow(in.Run, 0.01)
	in.Run.Total.Rate *= 3
	if v := verdict.Judge(in); v.Outcome != record.Pass {
		t.Errorf("ten times faster: %s %q", v.Outcome, v.Reasons)
	}
	in.Run.Total.Rate /= 6
	if v := verdict.Judge(in); v.ExitCode != verdict.ExitRegression || !strings.Contains(v.Reasons[0], "rate of total") {
		t.Errorf("half the rate: %d %q", v.ExitCode, v.Reasons)
	}
}

// Classic histograms know a time to a factor of two: past runs that had no better ones are no
// measure for a run that has.
func TestPastRunsOfCoarserHistograms(t *testing.T) {
	in := input(t)
	slow(in.Run, 0.13)
	for _, past := range in.History.Runs[:4] {
		past.Sources = []record.Source{{Kind: record.SourcePrometheus, Figures: true, Resolution: record.Classic}}
	}
	if v := verdict.Judge(in); v.Outcome != record.Pass {
		t.Errorf("130 ms after 100 ms, to a factor of two: %d %q", v.ExitCode, v.Reasons)
	}
	slow(in.Run, 0.5)
	if v := verdict.Judge(in); v.ExitCode != verdict.ExitRegression {
		t.Errorf("five times as slow: %d %q", v.ExitCode, v.Reasons)
	}
}

func TestWarnings(t *testing.T) {
	in := input(t, "p95 < 50ms")
	in.Thresholds[0].Warn = true
	in.WarnExit = 9
	if v := verdict.Judge(in); v.Outcome != record.Pass || v.ExitCode != 9 || !v.Warned {
		t.Errorf("a warning: %s %d %v", v.Outcome, v.ExitCode, v.Warned)
	}
	in.Run.Generator.WorkersLost = 1
	if v := verdict.Judge(in); v.ExitCode != verdict.ExitInvalid {
		t.Errorf("a warning and a lost worker: %d", v.ExitCode)
	}
}

func TestNamesAdviseUnlessTheyDecide(t *testing.T) {
	in := input(t)
	quick := in.Run.Total
	slow(in.Run, 0.2)
	in.Run.Total = quick
	v := verdict.Judge(in)
	advises := func(c record.Check) bool { return c.Result == record.Advises && c.Name == "/" && c.Figure == "p95" }
	if v.Outcome != record.Pass || v.Warned || !slices.ContainsFunc(v.Checks, advises) {
		t.Errorf("one name twice as slow: %s %q", v.Outcome, v.Reasons)
	}
	for _, name := range []string{"/", "GET /"} {
		in.Baseline.Deciding = []string{name}
		if v := verdict.Judge(in); v.ExitCode != verdict.ExitRegression {
			t.Errorf("%q decides and is twice as slow: %d %q", name, v.ExitCode, v.Reasons)
		}
	}
}

func TestConfirmation(t *testing.T) {
	first := input(t)
	slow(first.Run, 0.13)
	v := verdict.Judge(first)
	if !v.Unconfirmed || v.ExitCode != verdict.ExitRegression {
		t.Fatalf("the first run: %d, unconfirmed %v", v.ExitCode, v.Unconfirmed)
	}
	first.Run.ID, first.Run.Verdict = "first", &v
	tests := []struct {
		name   string
		change func(*record.Run)
		exit   int
		reason string
	}{
		{"shows it too", func(r *record.Run) { slow(r, 0.125) }, verdict.ExitRegression, "confirmed: run first showed it too"},
		{"does not show it", func(*record.Run) {}, verdict.ExitPass, "that run first showed was not confirmed"},
		{"shows another", func(r *record.Run) { r.Total.Rate /= 2 }, verdict.ExitPass, "not confirmed"},
		{"is invalid", func(r *record.Run) { r.Generator.WorkersLost = 1 }, verdict.ExitInvalid, "workers lost"},
		{"is of another version", func(r *record.Run) {
			r.Generator.VersionBefore, r.Generator.VersionAfter = "v3", "v3"
		}, verdict.ExitInvalid, `"v2" before and "v3" after: it changed midway`},
		{"begins with another version", func(r *record.Run) { r.Generator.VersionBefore = "v3" }, verdict.ExitInvalid, "it changed midway"},
	}
	for _, test := range tests {
		in := input(t)
		in.First = first.Run
		test.change(in.Run)
		v := verdict.Judge(in)
		if v.ExitCode != test.exit || v.Unconfirmed || v.Confirms != "first" || !strings.Contains(strings.Join(v.Reasons, "\n"), test.reason) {
			t.Errorf("the second run %s: %d %q, unconfirmed %v", test.name, v.ExitCode, v.Reasons, v.Unconfirmed)
		}
	}
	first.Baseline.NoConfirm = true
	if v := verdict.Judge(first); v.Unconfirmed {
		t.Error("unconfirmed, though no confirmation is wanted")
	}
}
