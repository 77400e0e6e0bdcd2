package baseline_test

import (
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/baseline"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/wholefile"
)

// newestFirst goes through runs that are listed in the order in which they ran.
func newestFirst(runs []*record.Run) iter.Seq2[*record.Run, error] {
	return func(yield func(*record.Run, error) bool) {
		for _, r := range slices.Backward(runs) {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// changed are passed runs, of which each has been changed.
func changed(n int, change func(*record.Run)) []*record.Run {
	var runs []*record.Run
	for i := range n {
		r := passed(i)
		change(r)
		runs = append(runs, r)
	}
	return runs
}

func branch(name string) func(*record.Run) {
	return func(r *record.Run) { r.Identity.Branch = name }
}

func accepted(branch string) func(*record.Run) {
	return func(r *record.Run) {
		r.Identity.Branch, r.Accepted = branch, &record.Accepted{By: "ann", Reason: "new database"}
	}
}

func TestSelect(t *testing.T) {
	same := func(*record.Run) {}
	outcome := func(o record.Outcome) func(*record.Run) {
		return func(r *record.Run) { r.Verdict.Outcome = o }
	}
	warned := func(r *record.Run) { r.Verdict.Warned = true }
	request := func(r *record.Run) { r.Identity.Branch, r.Identity.TargetBranch = "fix", "main" }
	tests := []struct {
		name     string
		past     []*record.Run
		now      func(*record.Run)
		settings func(*baseline.Settings)
		want     int
		branch   string
		why      string
	}{
		{"the newest seven", changed(12, same), same, nil, 7, "main", ""},
		{"as many as wanted", changed(12, same), same, func(s *baseline.Settings) { s.Runs = 9 }, 9, "main", ""},
		{"none", nil, same, nil, 0, "main", `no passed run of branch "main"`},
		{"failed ones", changed(5, outcome(record.Fail)), same, nil, 0, "main", "no passed run"},
		{"invalid ones", changed(5, outcome(record.Invalid)), same, nil, 0, "main", "no passed run"},
		{"never judged ones", changed(5, func(r *record.Run) { r.Verdict = nil }), same, nil, 0, "main", "no passed run"},
		{"warned ones", changed(5, warned), same, nil, 0, "main", "no passed run"},
		{"warned ones, if told", changed(5, warned), same, func(s *baseline.Settings) { s.Warned = true }, 5, "main", ""},
		{"of other users", changed(5, func(r *record.Run) { r.Plan.Users = 99 }), same, nil, 0, "main", "users 99, here 10"},
		{"of another plan", changed(5, func(r *record.Run) { r.Plan.Digest = "e" }), same, nil, 0, "main", "plan e, here d"},
		{"of another environment", changed(5, func(r *record.Run) { r.Identity.Environment = "prod" }), same, nil, 0, "main", `environment "prod"`},
		{"a request against its target", changed(5, same), request, nil, 5, "main", ""},
		{"runs of requests count for no branch", changed(5, request), request, nil, 0, "main", "no passed run"},
		{"a fork's branch of the same name", changed(5, func(r *record.Run) { r.Identity.TargetBranch = "main" }), same, nil, 0, "main", ""},
		{"a push against its own branch", append(changed(5, same), changed(4, branch("fix"))...), branch("fix"), nil, 4, "fix", ""},
		{"a push of a new branch", changed(5, same), branch("fix"), nil, 5, "main", ""},
		{"a push of a branch with few runs", append(changed(5, same), changed(2, branch("fix"))...), branch("fix"), nil, 5, "main", ""},
		{"a branch with a new level, the default with more", append(changed(1, accepted("fix")), changed(5, same)...), branch("fix"), nil, 1, "fix", "new level"},
		{"a branch with few, the default with fewer", append(changed(1, same), changed(2, branch("fix"))...), branch("fix"), nil, 2, "fix", `2 passed runs of branch "fix"`},
		{"outside of a repository", changed(3, branch("")), func(r *record.Run) { r.Identity.Branch, r.Identity.DefaultBranch = "", "" }, nil, 3, "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			now := passed(50)
			test.now(now)
			s := baseline.Defaults()
			if test.settings != nil {
				test.settings(&s)
			}
			h, problems := s.Select(now, newestFirst(test.past))
			if len(h.Runs) != test.want || h.Branch != test.branch || !strings.Contains(h.Why, test.why) || len(problems) > 0 {
				t.Errorf("%d runs of %q (%s), want %d of %q (%s)", len(h.Runs), h.Branch, h.Why, test.want, test.branch, test.why)
			}
			if (h.Why == "") != (test.want >= 3) {
				t.Errorf("why there are %d runs: %q", test.want, h.Why)
			}
		})
	}
}

func TestSelectNewestFirst(t *testing.T) {
	past := changed(9, func(*record.Run) {})
	h, _ := baseline.Defaults().Select(passed(50), newestFirst(past))
	for i, r := range h.Runs {
		if r != past[8-i] {
			t.Fatalf("run %d is %s", i, r.Identity.Version)
		}
	}
}

// A run whose regression was not confirmed belongs to the baseline: without it, that would
// look better than what is tested.
func TestSelectUnconfirmed(t *testing.T) {
	past := changed(4, func(*record.Run) {})
	past[1].Verdict = &record.Verdict{Outcome: record.Fail, ExitCode: 4, Unconfirmed: true}
	past[2].Verdict.Confirms = past[1].ID
	if h, _ := baseline.Defaults().Select(passed(50), newestFirst(past)); len(h.Runs) != 4 {
		t.Errorf("%d runs, want the unconfirmed one among 4", len(h.Runs))
	}
	past[2].Verdict.Outcome = record.Fail
	if h, _ := baseline.Defaults().Select(passed(50), newestFirst(past)); len(h.Runs) != 2 {
		t.Errorf("%d runs, want 2 without the confirmed regression", len(h.Runs))
	}
}

func TestAcceptedLevel(t *testing.T) {
	s := baseline.Open(t.TempDir())
	past := changed(8, func(*record.Run) {})
	past[5].Verdict = &record.Verdict{Outcome: record.Fail, ExitCode: 4, Reasons: []string{"slower"}}
	past[6].Verdict = &record.Verdict{Outcome: record.Fail, ExitCode: 3, Reasons: []string{"too many failures"}}
	past[7].Verdict = &record.Verdict{Outcome: record.Invalid, ExitCode: 5, Reasons: []string{"no users"}}
	past[4].Identity.Branch, past[4].Identity.TargetBranch = "fix", "main"
	put(t, s, past...)
	tests := []struct{ id, by, reason, want string }{
		{past[4].ID, "ann", "new database", `accept one of branch "main"`},
		{past[5].ID, "", "new database", "who accepts it and the reason"},
		{past[5].ID, "ann", " ", "who accepts it and the reason"},
		{past[6].ID, "ann", "fine", "too many failures"},
		{past[7].ID, "ann", "fine", "no users"},
		{"unknown", "ann", "fine", "no run"},
	}
	for _, test := range tests {
		if _, err := s.Accept(test.id, test.by, test.reason, began()); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("accepting %s by %q for %q: %v, want %q", test.id, test.by, test.reason, err, test.want)
		}
	}
	if _, err := s.Accept(past[5].ID, "ann", "new database", began()); err != nil {
		t.Fatal(err)
	}
	got, err := s.Get(past[5].ID)
	if err != nil || got.Accepted == nil || got.Accepted.By != "ann" || got.Accepted.Reason != "new database" {
		t.Fatalf("accepted: %+v, %v", got, err)
	}
	h, _ := baseline.Defaults().Select(passed(50), s.Runs())
	if len(h.Runs) != 1 || h.Runs[0].ID != past[5].ID || !strings.Contains(h.Why, "new level") {
		t.Errorf("after an accepted level: %d runs (%s), want that one", len(h.Runs), h.Why)
	}
}

// Where a baseline is required, the first run has none. To accept it is the way out.
func TestAcceptTheFirstRun(t *testing.T) {
	s := baseline.Open(t.TempDir())
	first := passed(1)
	first.Verdict = &record.Verdict{Outcome: record.Fail, ExitCode: 6, Reasons: []string{"NO BASELINE"}}
	put(t, s, first)
	if _, err := s.Accept(first.ID, "ann", "the first one", began()); err != nil {
		t.Fatal(err)
	}
	if h, _ := baseline.Defaults().Select(passed(2), s.Runs()); len(h.Runs) != 1 {
		t.Errorf("%d runs to compare with, want the one that was accepted", len(h.Runs))
	}
}

func TestPrune(t *testing.T) {
	s := baseline.Open(t.TempDir())
	main, fix := changed(5, func(*record.Run) {}), changed(2, branch("fix"))
	put(t, s, append(main, fix...)...)
	would, err := s.Prune(3, true, began())
	if ids, _ := all(s); err != nil || len(would) != 2 || len(ids) != 7 {
		t.Errorf("without removing: %v, %v; %d are left", would, err, len(ids))
	}
	failed := changed(4, func(r *record.Run) {
		r.ID, r.Verdict.Outcome = record.NewID(r.Identity.Started.Add(99*time.Hour)), record.Fail
	})
	put(t, s, failed...)
	would = append([]string{failed[0].ID + ".json"}, would...)
	removed, err := s.Prune(3, false, began())
	if err != nil || !slices.Equal(removed, would) {
		t.Errorf("removed %v, %v; want %v", removed, err, would)
	}
	ids, _ := all(s)
	if len(ids) != 8 || slices.Contains(ids, main[0].ID) || slices.Contains(ids, main[1].ID) || !slices.Contains(ids, fix[0].ID) {
		t.Errorf("left are %v", ids)
	}
	if _, err := s.Prune(0, false, began()); err == nil {
		t.Error("pruning to none was accepted")
	}
}

// Runs that passed with a warning belong to no baseline, unless the plan says so: they do not
// drive it out either.
func TestPruneWarned(t *testing.T) {
	s := baseline.Open(t.TempDir())
	runs := changed(8, func(*record.Run) {})
	for _, r := range runs[3:] {
		r.Verdict.Warned = true
	}
	put(t, s, runs...)
	if removed, err := s.Prune(3, false, began()); err != nil || len(removed) != 2 {
		t.Errorf("removed %v, %v; want two of the five that warn", removed, err)
	}
	if h, _ := baseline.Defaults().Select(passed(50), s.Runs()); len(h.Runs) != 3 {
		t.Errorf("%d runs are left to compare with, want 3", len(h.Runs))
	}
}

// The branches of requests come and go: there is no end to them.
func TestPruneRequests(t *testing.T) {
	s := baseline.Open(t.TempDir())
	n := 0
	put(t, s, changed(5, func(r *record.Run) {
		n++
		r.Identity.Branch, r.Identity.TargetBranch = fmt.Sprint("fix-", n), "main"
	})...)
	if removed, err := s.Prune(3, false, began()); err != nil || len(removed) != 2 {
		t.Errorf("removed %v, %v; want two of five", removed, err)
	}
}

func TestPruneWhatWritersLeftBehind(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "job [1")
	s := baseline.Open(dir)
	put(t, s, passed(1))
	left := wholefile.Unfinished + "1"
	if err := os.WriteFile(filepath.Join(dir, left), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if removed, err := s.Prune(1, false, time.Now()); err != nil || len(removed) > 0 {
		t.Errorf("removed %v, %v, though its writer may live", removed, err)
	}
	removed, err := s.Prune(1, false, time.Now().Add(2*time.Hour))
	if _, gone := os.Stat(filepath.Join(dir, left)); err != nil || !slices.Equal(removed, []string{left}) || gone == nil {
		t.Errorf("removed %v, %v", removed, err)
	}
}

func TestDifferences(t *testing.T) {
	a, b := passed(1), passed(100)
	b.Names = append(b.Names, record.Figures{Method: "GET", Name: "/new", Requests: 5, Rate: 1})
	all := baseline.Differences(a, b)
	if len(all) != 12 || all[0].Figure != "p50" || *all[0].A >= *all[0].B || all[4].Name != "/" {
		t.Errorf("differences %+v", all)
	}
	for _, d := range all[8:] {
		if d.Name != "/new" || d.A != nil || (d.B != nil) == (d.Unit == record.Seconds) {
			t.Errorf("a name of one run only: %+v", d)
		}
	}
}

func TestTrend(t *testing.T) {
	s := baseline.Open(t.TempDir())
	past := changed(5, func(*record.Run) {})
	past[1].Verdict.Outcome = record.Fail
	past[2].Plan.Users = 99
	past[3].Identity.Branch = "fix"
	put(t, s, past...)
	now := passed(50)
	if got := s.Trend(now); len(got) != 3 || got[0].ID != past[4].ID || got[1].ID != past[1].ID {
		t.Errorf("%d runs, want 3 of the same load and branch, failed ones too, the newest first", len(got))
	}
	now.Identity.Branch, now.Verdict.Baseline.Branch = "fix", "main"
	if got := s.Trend(now); len(got) != 4 {
		t.Errorf("%d runs, want those of the branch and of the one compared with", len(got))
	}
}
