package baseline

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/wholefile"
)

// The exit codes of runs that failed for their baseline only: one that they are worse than, and
// one that is required and missing.
const (
	exitRegression = 4
	exitNoBaseline = 6
)

// ErrMisused is the error of an Accept without a name or a reason, and of a Prune that would
// keep nothing.
var ErrMisused = errors.New("baseline")

// Accept makes a run in the store the beginning of a new level: runs before it are no
// longer compared with. Only a run that passed, was worse than its baseline, or had none where
// one is required can be accepted: what broke a threshold needs another threshold, and an
// invalid run says nothing.
func (s *Store) Accept(id, by, reason string, at time.Time) (*record.Run, error) {
	if strings.TrimSpace(by) == "" || strings.TrimSpace(reason) == "" {
		return nil, fmt.Errorf("%w: accepting a run needs who accepts it and the reason: give --by and --reason", ErrMisused)
	}
	run, err := s.Get(id)
	if err != nil {
		return nil, err
	}
	switch v := run.Verdict; {
	case v == nil:
		return nil, fmt.Errorf("baseline: run %s has no verdict and cannot be accepted", run.ID)
	case v.Outcome == record.Invalid:
		return nil, fmt.Errorf("baseline: run %s is invalid and cannot be accepted: %s", run.ID, strings.Join(v.Reasons, "; "))
	case v.Outcome == record.Fail && v.ExitCode != exitRegression && v.ExitCode != exitNoBaseline:
		return nil, fmt.Errorf("baseline: run %s did not fail for its baseline and cannot be accepted: %s", run.ID, strings.Join(v.Reasons, "; "))
	}
	if target := run.Identity.TargetBranch; target != "" {
		return nil, fmt.Errorf("baseline: run %s is of a request, and no run is compared with those: accept one of branch %q, once that has the change", run.ID, target)
	}
	run.Accepted = &record.Accepted{By: by, Reason: reason, At: at.UTC()}
	return run, s.write(run)
}

// abandoned is the age of a file that is still being written from which on its writer is
// taken for dead.
const abandoned = time.Hour

// Prune removes the oldest runs of each comparability key and branch beyond the number to keep
// of those that passed, of those that passed with a warning, and of the others, so that many bad
// runs do not drive out the baseline; and what writers that died left behind. All requests to a
// branch are one, since their own branches come and go. It returns the names of the files. With
// dry it only names them. Files that are no records stay.
func (s *Store) Prune(keep int, dry bool, now time.Time) ([]string, error) {
	if keep < 1 {
		return nil, fmt.Errorf("%w: pruning to %d runs: at least one has to stay", ErrMisused, keep)
	}
	type group struct {
		key            record.Key
		branch, target string
		passed, warned bool
	}
	kept := make(map[group]int)
	var names []string
	for run, err := range s.Runs() {
		if err != nil {
			continue
		}
		g := group{key: run.Key(), branch: run.Identity.Branch, target: run.Identity.TargetBranch, passed: run.Accepted != nil}
		if v := run.Verdict; v != nil && !g.passed {
			g.passed, g.warned = v.Outcome == record.Pass, v.Warned && v.Outcome == record.Pass
		}
		if g.target != "" {
			g.branch = ""
		}
		if kept[g]++; kept[g] > keep {
			names = append(names, run.ID+suffix)
		}
	}
	left, err := s.leftBehind(now)
	if err != nil {
		return nil, err
	}
	names = append(names, left...)
	if dry {
		return names, nil
	}
	for i, name := range names {
		if err := os.Remove(filepath.Join(s.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return names[:i], fmt.Errorf("baseline: pruning: %w", err)
		}
	}
	return names, nil
}

func (s *Store) leftBehind(now time.Time) ([]string, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("baseline: pruning: %w", err)
	}
	var names []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), wholefile.Unfinished) {
			continue
		}
		if info, err := e.Info(); err == nil && now.Sub(info.ModTime()) > abandoned {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// A Difference is one figure of two runs.
type Difference struct {
	Method, Name string
	Figure, Unit string
	A, B         *float64 // nil if a run has none
}

// Differences returns p50, p95, failures and rate of the total and each name in two runs.
func Differences(a, b *record.Run) []Difference {
	type pair [2]record.Figures
	names := map[subject]pair{{}: {a.Total, b.Total}}
	order := []subject{{}}
	for i, run := range []*record.Run{a, b} {
		for _, f := range run.Names {
			key := subject{f.Method, f.Name}
			p, known := names[key]
			if !known {
				order = append(order, key)
			}
			p[i] = f
			names[key] = p
		}
	}
	var all []Difference
	for _, key := range order {
		for _, f := range figures() {
			d := Difference{Method: key.method, Name: key.name, Figure: f.name, Unit: f.unit}
			for i, at := range []**float64{&d.A, &d.B} {
				if v, ok := f.of(names[key][i]); ok {
					*at = &v
				}
			}
			all = append(all, d)
		}
	}
	return all
}
