package baseline

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// Select returns the newest runs that a run can be compared with, out of all there are with
// the newest first: passed ones of the same key and the right branch. That is a pull
// request's target, a push's own, and the default branch if that has more of them and no
// level was accepted on the first. Runs of pull requests do not count for any branch. What
// came before an accepted change of level is left out. Errors among the runs are returned
// beside it: they stop nothing.
func (s Settings) Select(run *record.Run, runs iter.Seq2[*record.Run, error]) (History, []error) {
	f := finder{run: run, settings: s, confirmed: make(map[string]bool)}
	for _, branch := range branches(run.Identity) {
		f.found = append(f.found, found{branch: branch})
	}
	var problems []error
	for past, err := range runs {
		if err != nil {
			problems = append(problems, err)
			continue
		}
		f.take(past)
		if f.found[0].done(s.Runs) {
			break
		}
	}
	return f.history(), problems
}

// branches returns where to look, the best first.
func branches(id record.Identity) []string {
	own := id.Branch
	if id.TargetBranch != "" {
		own = id.TargetBranch
	}
	if id.DefaultBranch == "" || id.DefaultBranch == own {
		return []string{own}
	}
	return []string{own, id.DefaultBranch}
}

// A finder collects the runs of each branch.
type finder struct {
	run       *record.Run
	settings  Settings
	found     []found
	confirmed map[string]bool // runs whose regression a later run did not show
	others    []string        // how runs that passed differ from this one
}

type found struct {
	branch string
	runs   []*record.Run
	closed bool // an accepted run was reached
}

func (f *found) done(wanted int) bool { return f.closed || len(f.runs) >= wanted }

func (f *finder) take(past *record.Run) {
	if past.Verdict != nil && past.Verdict.Confirms != "" && past.Verdict.Outcome == record.Pass {
		f.confirmed[past.Verdict.Confirms] = true
	}
	if past.ID == f.run.ID || past.Identity.TargetBranch != "" || !f.counts(past) {
		return
	}
	if d := f.run.Key().Differences(past.Key()); len(d) > 0 {
		f.others = append(f.others, strings.Join(d, ", "))
		return
	}
	for i := range f.found {
		b := &f.found[i]
		if b.branch != past.Identity.Branch || b.done(f.settings.Runs) {
			continue
		}
		b.runs = append(b.runs, past)
		b.closed = past.Accepted != nil
	}
}

// counts tells whether a run belongs to a baseline: it passed, was accepted, or only seemed
// to be worse until a second run did not show it. To leave the last out would make the
// baseline better than what it is of.
func (f *finder) counts(past *record.Run) bool {
	v := past.Verdict
	switch {
	case v == nil:
		return false
	case past.Accepted != nil:
		return true
	case v.Unconfirmed && f.confirmed[past.ID]:
		return !v.Warned || f.settings.Warned
	}
	return v.Outcome == record.Pass && (!v.Warned || f.settings.Warned)
}

// history is that of the first branch with enough runs or a level of its own, or else of that
// with most.
func (f *finder) history() History {
	best := f.found[0]
	for _, b := range f.found[1:] {
		if !best.closed && len(best.runs) < fewRuns && len(b.runs) > len(best.runs) {
			best = b
		}
	}
	h := History{Runs: best.runs, Branch: best.branch}
	switch {
	case len(best.runs) >= fewRuns:
	case best.closed:
		h.Why = fmt.Sprintf("run %s was accepted as a new level", best.runs[len(best.runs)-1].ID)
	case len(best.runs) > 0:
		h.Why = fmt.Sprintf("%d passed %s of branch %q", len(best.runs), plural(len(best.runs), "run"), best.branch)
	case len(f.others) > 0:
		h.Why = fmt.Sprintf("the %d passed %s were of other plans, the newest: %s", len(f.others), plural(len(f.others), "run"), f.others[0])
	default:
		names := make([]string, 0, len(f.found))
		for _, b := range f.found {
			names = append(names, fmt.Sprintf("%q", b.branch))
		}
		h.Why = "no passed run of branch " + strings.Join(slices.Compact(names), " or ")
	}
	return h
}
