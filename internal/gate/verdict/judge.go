package verdict

import (
	"fmt"
	"slices"

	"github.com/hopperband/hopperband/internal/gate/baseline"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/threshold"
)

// An Input is all that a verdict depends on.
type Input struct {
	Run        *record.Run
	Thresholds []threshold.Threshold
	// Sliding are the checks of the thresholds with a sliding window, which were watched
	// while the run went on: threshold.Watch has them.
	Sliding []record.Check
	// Aborted says that it was a threshold that stopped the run, and nobody else.
	Aborted  bool
	Limits   Limits
	Baseline baseline.Settings
	History  baseline.History // that was selected for the run, or for First
	// First is the run, judged before, whose regression this run is to confirm; nil if none.
	First *record.Run
	// WarnExit is the exit code of a run that passes with a warning; 0 by default.
	WarnExit int
}

// Judge judges a run. What makes it invalid comes before its thresholds, and these before
// the baseline; the reasons name all of it. A run that fails only for a regression that no
// second run confirmed has Unconfirmed set, unless no confirmation is wanted.
func Judge(in Input) record.Verdict {
	v := record.Verdict{Checks: in.Limits.validity(in.Run, in.First, in.History.Runs)}
	for _, t := range in.Thresholds {
		if t.Window == 0 {
			v.Checks = append(v.Checks, t.Evaluate(in.Run.Total, in.Run.Names)...)
		}
	}
	v.Checks = append(v.Checks, in.Sliding...)
	if in.Aborted && slices.ContainsFunc(v.Checks, in.stops) {
		excuse(v.Checks)
	}
	var compared []record.Check
	compared, v.Baseline = in.compare()
	v.Checks = append(v.Checks, compared...)
	in.doubt(&v)
	in.conclude(&v)
	return v
}

// compare compares a run that went on to its end with the baseline.
func (in Input) compare() ([]record.Check, record.Basis) {
	if why := in.Run.Window.Stopped; why != "" {
		return nil, record.Basis{State: record.BaselineOff, Why: "the run was stopped before its end", Runs: []string{}}
	}
	checks, basis := in.Baseline.Compare(in.Run, in.History)
	if in.First == nil || in.First.Verdict == nil {
		return checks, basis
	}
	for i, c := range checks {
		if c.Result == record.Failed && in.before(c) == nil {
			checks[i].Result = record.Advises
			checks[i].Text += fmt.Sprintf("; run %s did not show it", in.First.ID)
		}
	}
	return checks, basis
}

// before is the regression of the first run that a check of the second one confirms; nil if
// there was none.
func (in Input) before(c record.Check) *record.Check {
	if in.First == nil || in.First.Verdict == nil || c.Kind != record.BaselineCheck {
		return nil
	}
	checks := in.First.Verdict.Checks
	i := slices.IndexFunc(checks, func(o record.Check) bool {
		return o.Kind == c.Kind && o.Result == record.Failed && o.Figure == c.Figure && o.Method == c.Method && o.Name == c.Name
	})
	if i < 0 {
		return nil
	}
	return &checks[i]
}

// stops tells whether a check is that of a threshold which stops the run, and failed.
func (in Input) stops(c record.Check) bool {
	return c.Kind == record.ThresholdCheck && c.Result == record.Failed && slices.ContainsFunc(in.Thresholds,
		func(t threshold.Threshold) bool { return t.Abort && t.String() == c.Check })
}

// excuse does not hold against a run what it could not reach because a threshold stopped it.
func excuse(checks []record.Check) {
	for i, c := range checks {
		early := c.Kind == record.ValidityCheck && (c.Check == requestsCheck || c.Check == usersCheck || c.Check == stoppedCheck)
		if early && c.Result == record.Failed || c.Kind == record.ThresholdCheck && c.Result == record.NoData {
			checks[i].Result = record.Unknown
			checks[i].Text += "; a threshold stopped the run before"
		}
	}
}
