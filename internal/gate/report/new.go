package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/threshold"
	"github.com/hopperband/hopperband/internal/gate/verdict"
)

// New makes the report of a run that was judged. Past are earlier runs with the same
// comparability key, the newest first; those with which the run was compared have to be
// among them for the distribution to have a band.
func New(run *record.Run, past []*record.Run) *Report {
	v := record.Verdict{Outcome: record.Invalid, ExitCode: verdict.ExitInvalid, Reasons: []string{"the run was not judged"}}
	if run.Verdict != nil {
		v = *run.Verdict
	}
	r := &Report{
		Schema: Schema, ID: run.ID, Outcome: v.Outcome, ExitCode: v.ExitCode, Warned: v.Warned,
		Reasons: v.Reasons, Baseline: v.Baseline, Identity: run.Identity, Plan: run.Plan,
		Window: run.Window, Checks: v.Checks, Series: run.Series, Generator: run.Generator,
		Sources: run.Sources, Reconciled: run.Reconciled, Accepted: run.Accepted,
	}
	r.Headline = headline(v)
	limits := allowed(v.Checks, run.Names)
	r.Total = row(run.Total, limits)
	for _, f := range run.Names {
		r.Names = append(r.Names, row(f, limits))
	}
	slices.SortStableFunc(r.Names, func(a, b Row) int {
		return cmp.Or(gravity(b.Result)-gravity(a.Result), cmp.Compare(b.Requests, a.Requests),
			cmp.Compare(a.Name, b.Name), cmp.Compare(a.Method, b.Method))
	})
	r.Quantiles = quantiles(run, basis(v.Baseline, past))
	r.Trend = trend(run, v.Baseline, past)
	return r
}

func headline(v record.Verdict) string {
	count, passed := 0, 0
	for _, c := range v.Checks {
		if c.Decides && c.Result != record.Unknown {
			count++
		}
		if c.Decides && c.Result == record.Passed {
			passed++
		}
	}
	text := fmt.Sprintf("%d of %d checks that decide passed", passed, count)
	switch {
	case v.Outcome == record.Invalid:
		text = "the run says nothing about what was tested"
	case v.ExitCode == verdict.ExitRegression && v.Unconfirmed:
		text = "worse than the baseline, not confirmed by a second run"
	case v.ExitCode == verdict.ExitRegression:
		text = "worse than the baseline"
	case v.ExitCode == verdict.ExitThreshold:
		text = "a threshold was not met"
	case v.ExitCode == verdict.ExitNoBaseline:
		text = "a baseline is required, and there is none"
	case v.Warned:
		text += ", with warnings"
	}
	switch v.Baseline.State {
	case record.NoBaseline:
		return text + "; NO BASELINE to compare with"
	case record.LowConfidence:
		return text + "; low confidence: few runs to compare with"
	}
	return text
}

func row(f record.Figures, limits map[subject][]Allowed) Row {
	r := Row{
		Method: f.Method, Name: f.Name, Requests: f.Requests, Failures: f.Failures,
		Bytes: f.Bytes, Rate: f.Rate, Allowed: limits[subject{f.Method, f.Name}],
	}
	if v, ok := f.FailureRatio(); ok {
		r.FailureRatio = &v
	}
	if f.ResponseTime.Count() > 0 {
		r.Min, r.Avg, r.Max = &f.Min, &f.Avg, &f.Max
	}
	r.P50, r.P95, r.P99 = quantile(f, 0.5), quantile(f, 0.95), quantile(f, 0.99)
	for _, a := range r.Allowed {
		if r.Result == "" || gravity(a.Result) > gravity(r.Result) {
			r.Result = a.Result
		}
	}
	return r
}

// quantile is nil with too few response times for it.
func quantile(f record.Figures, q float64) *float64 {
	if f.ResponseTime.Count() < threshold.LeastRequests(q) {
		return nil
	}
	v, _ := f.ResponseTime.Quantile(q)
	return &v
}

type subject struct{ method, name string }

// allowed returns the limits of each name that has one. That of a name of any method holds
// for each of its methods.
func allowed(checks []record.Check, names []record.Figures) map[subject][]Allowed {
	limits := make(map[subject][]Allowed)
	of := subjects(names)
	for _, c := range checks {
		if c.Allowed == nil || c.Kind == record.ValidityCheck {
			continue
		}
		limit := Allowed{
			Kind: c.Kind, Figure: c.Figure, Unit: c.Unit, Operator: c.Operator,
			Expected: c.Expected, Limit: *c.Allowed, Result: c.Result,
		}
		for _, key := range of[subject{c.Method, c.Name}] {
			limits[key] = append(limits[key], limit)
		}
	}
	return limits
}

// subjects returns what a check of a method and a name is of: the total, that name, or, of a
// name that has only methods, all of these.
func subjects(names []record.Figures) map[subject][]subject {
	of := map[subject][]subject{{}: {{}}}
	for _, f := range names {
		of[subject{f.Method, f.Name}] = []subject{{f.Method, f.Name}}
	}
	for _, f := range names {
		bare := subject{"", f.Name}
		if own := of[bare]; f.Method != "" && (len(own) == 0 || own[0] != bare) {
			of[bare] = append(own, subject{f.Method, f.Name})
		}
	}
	return of
}

// gravity orders results, the worst last.
func gravity(r record.Result) int {
	return slices.Index([]record.Result{record.Unknown, record.Passed, record.Advises, record.Warned, record.NoData, record.Failed}, r)
}
