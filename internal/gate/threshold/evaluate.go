package threshold

import (
	"fmt"
	"math"
	"strings"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// Of returns the figures that the threshold is of, out of those of a run, one for each check;
// none if no request had such a name.
func (s Scope) Of(total record.Figures, names []record.Figures) []record.Figures {
	if s.Name == "" && s.Pattern == nil && !s.Each {
		return []record.Figures{total}
	}
	var chosen []record.Figures
	for _, f := range names {
		if !s.covers(f) {
			continue
		}
		if s.Each || len(chosen) == 0 {
			chosen = append(chosen, f)
			continue
		}
		chosen[0] = chosen[0].Add(f)
	}
	if !s.Each && len(chosen) == 1 {
		chosen[0].Method, chosen[0].Name = s.Method, s.label()
	}
	return chosen
}

func (s Scope) covers(f record.Figures) bool {
	if s.Method != "" && s.Method != f.Method || s.Name != "" && s.Name != f.Name {
		return false
	}
	return s.Pattern == nil || s.Pattern.MatchString(f.Name)
}

// label is the name in checks of a scope that has one.
func (s Scope) label() string {
	switch {
	case s.Name != "":
		return s.Name
	case s.Pattern != nil:
		return strings.TrimSuffix(strings.TrimPrefix(s.Pattern.String(), "^(?:"), ")$")
	case s.Each:
		return "every name"
	}
	return ""
}

// Evaluate compares the figures of a run's plateau, one check for each name in the scope.
// A name that no request had, and too few requests for a percentile, are a check without
// data.
func (t Threshold) Evaluate(total record.Figures, names []record.Figures) []record.Check {
	chosen := t.Scope.Of(total, names)
	if len(chosen) == 0 {
		c := t.check(record.Figures{Method: t.Scope.Method, Name: t.Scope.label()})
		c.Result = record.NoData
		c.Text = fmt.Sprintf("%s of %s: no request had such a name", t.Text, c.Of())
		return []record.Check{c}
	}
	checks := make([]record.Check, 0, len(chosen))
	for _, f := range chosen {
		checks = append(checks, t.Judge(f))
	}
	return checks
}

// Judge compares one name's figures, or those of all.
func (t Threshold) Judge(f record.Figures) record.Check {
	c := t.check(f)
	value, why := t.value(f)
	if why != "" {
		c.Result = record.NoData
		c.Text = fmt.Sprintf("%s of %s: %s", t.Text, c.Of(), why)
		return c
	}
	c.Seen = &value
	c.Result = record.Passed
	if !t.Operator.Holds(value, t.Limit) {
		c.Result = record.Failed
		if t.Warn {
			c.Result = record.Warned
		}
	}
	c.Text = fmt.Sprintf("%s of %s is %s, allowed is %s %s", c.Figure, c.Of(),
		c.SeenText(), t.Operator, record.Format(t.Limit, c.Unit))
	return c
}

func (t Threshold) check(f record.Figures) record.Check {
	limit := t.Limit
	return record.Check{
		Kind: record.ThresholdCheck, Check: t.String(), Method: f.Method, Name: f.Name,
		Window: t.Window.Seconds(), Figure: t.figure(), Unit: t.Unit(), Operator: string(t.Operator), Allowed: &limit, Decides: !t.Warn,
	}
}

func (t Threshold) figure() string {
	switch t.Figure {
	case Percentile:
		name, _, _ := strings.Cut(t.Text, " ")
		name, _, _ = strings.Cut(name, string(t.Operator))
		return name
	case Failures:
		return string(FailureRatio)
	}
	return string(t.Figure)
}

// Unit returns the unit of the limit.
func (t Threshold) Unit() string {
	switch t.Figure {
	case FailureRatio:
		return record.Ratio
	case Rate:
		return record.PerSecond
	case Failures, Count:
		return record.Count
	}
	return record.Seconds
}

// value returns the figure, or why there is none. A window in which nothing finished is one
// with a rate of zero.
func (t Threshold) value(f record.Figures) (value float64, why string) {
	silent := t.Window > 0 && (t.Figure == Rate || t.Figure == Count)
	if f.Requests == 0 && !silent {
		return 0, "no request"
	}
	switch t.Figure {
	case Rate:
		return f.Rate, ""
	case Count:
		return float64(f.Requests), ""
	case Failures:
		return float64(f.Failures), ""
	case FailureRatio:
		return float64(f.Failures) / float64(f.Requests), ""
	}
	if f.ResponseTime.Count() == 0 {
		return 0, "no request had a response time"
	}
	switch t.Figure {
	case Min:
		return f.Min, ""
	case Max:
		return f.Max, ""
	case Avg:
		return f.Avg, ""
	}
	if least := LeastRequests(t.Quantile); f.ResponseTime.Count() < least {
		return 0, fmt.Sprintf("%s needs at least %d requests, there were %d", t.figure(), least, f.ResponseTime.Count())
	}
	value, _ = f.ResponseTime.Quantile(t.Quantile)
	return value, ""
}

// LeastRequests returns how many requests a percentile needs to be one: with fewer, it would
// be the longest response time.
func LeastRequests(quantile float64) int64 {
	return int64(math.Ceil(1/(1-quantile) - 1e-6))
}
