package verdict

import (
	"fmt"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// conclude makes an outcome and its reasons of the checks.
func (in Input) conclude(v *record.Verdict) {
	var invalid, broken, worse, warnings []string
	for _, c := range v.Checks {
		switch {
		case c.Result == record.Failed && c.Kind == record.ValidityCheck, c.Result == record.NoData && c.Decides:
			invalid = append(invalid, c.Text)
		case c.Result == record.Failed && c.Kind == record.ThresholdCheck:
			broken = append(broken, c.Text)
		case c.Result == record.Failed:
			worse = append(worse, c.Text)
		case c.Result == record.Warned, c.Result == record.NoData:
			warnings = append(warnings, c.Text)
		}
	}
	missing := in.Baseline.Required && v.Baseline.State == record.NoBaseline
	switch {
	case len(invalid) > 0:
		v.Outcome, v.ExitCode = record.Invalid, ExitInvalid
	case len(broken) > 0:
		v.Outcome, v.ExitCode = record.Fail, ExitThreshold
	case len(worse) > 0:
		v.Outcome, v.ExitCode = record.Fail, ExitRegression
		v.Unconfirmed = in.First == nil && !in.Baseline.NoConfirm
	case missing:
		v.Outcome, v.ExitCode = record.Fail, ExitNoBaseline
	default:
		v.Outcome, v.ExitCode = record.Pass, ExitPass
	}
	v.Warned = len(warnings) > 0
	if v.Outcome == record.Pass && v.Warned {
		v.ExitCode = in.WarnExit
	}
	v.Reasons = append(append(append(append([]string{}, invalid...), broken...), worse...), warnings...)
	in.remark(v, missing)
}

// remark adds what the checks do not say.
func (in Input) remark(v *record.Verdict, missing bool) {
	switch v.Baseline.State {
	case record.NoBaseline:
		reason := "NO BASELINE: " + v.Baseline.Why
		if missing {
			reason += "; the plan requires one: gate baseline accept makes a run the first"
		}
		v.Reasons = append(v.Reasons, reason)
	case record.LowConfidence:
		v.Reasons = append(v.Reasons, fmt.Sprintf("low confidence: %d of 3 runs to compare with, so that only large differences count", len(v.Baseline.Runs)))
	}
	if v.Unconfirmed {
		v.Reasons = append(v.Reasons, "not confirmed by a second run")
	}
	if in.First == nil {
		return
	}
	v.Confirms = in.First.ID
	switch {
	case v.ExitCode == ExitRegression:
		v.Reasons = append(v.Reasons, "confirmed: run "+in.First.ID+" showed it too")
	case v.Outcome == record.Pass:
		v.Reasons = append(v.Reasons, "the regression that run "+in.First.ID+" showed was not confirmed")
	}
}
