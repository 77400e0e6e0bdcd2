package baseline

import (
	"fmt"
	"slices"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// Compare compares a run's p50, p95, failures and rate with those of a history, for the total
// and for each name, and says what it was compared with. The total decides, and the names
// that are listed to; the others advise.
func (s Settings) Compare(run *record.Run, h History) ([]record.Check, record.Basis) {
	basis := h.basis()
	if s.Off {
		return nil, record.Basis{State: record.BaselineOff}
	}
	if len(h.Runs) == 0 {
		return nil, basis
	}
	var checks []record.Check
	subjects := append([]record.Figures{run.Total}, run.Names...)
	widenings := s.widenings(subjects)
	past, resolution := h.index(), h.coarsest(run.Resolution())
	for i, f := range subjects {
		decides := i == 0 || s.decides(f)
		for _, figure := range figures() {
			c := s.compare(figure, f, past[subject{f.Method, f.Name}], widenings[decides], resolution)
			c.Decides = decides && c.Expected != nil
			if c.Result == record.Failed && !decides {
				c.Result = record.Advises
			}
			checks = append(checks, c)
		}
	}
	return append(checks, s.missing(run)...), basis
}

func (h History) basis() record.Basis {
	b := record.Basis{State: record.Compared, Branch: h.Branch, Why: h.Why, Runs: []string{}}
	for _, r := range h.Runs {
		b.Runs = append(b.Runs, r.ID)
	}
	switch n := len(h.Runs); {
	case n == 0:
		b.State = record.NoBaseline
	case n < fewRuns:
		b.State = record.LowConfidence
	}
	return b
}

type subject struct{ method, name string }

// index returns the figures of each name in each run that has it, the newest first.
func (h History) index() map[subject][]record.Figures {
	past := make(map[subject][]record.Figures)
	for _, r := range h.Runs {
		past[subject{}] = append(past[subject{}], r.Total)
		for _, f := range r.Names {
			key := subject{f.Method, f.Name}
			past[key] = append(past[key], f)
		}
	}
	return past
}

// coarsest returns a resolution, or a coarser one of a run in the history.
func (h History) coarsest(of record.Resolution) record.Resolution {
	for _, r := range h.Runs {
		if past := r.Resolution(); past.Error(1) > of.Error(1) {
			of = past
		}
	}
	return of
}

func (s Settings) decides(f record.Figures) bool {
	return slices.Contains(s.Deciding, f.Name) || slices.Contains(s.Deciding, f.Label())
}

// widenings returns the widening for what decides (true) and for what advises.
func (s Settings) widenings(subjects []record.Figures) map[bool]float64 {
	deciding := 1
	for _, f := range subjects[1:] {
		if s.decides(f) {
			deciding++
		}
	}
	n := len(figures())
	return map[bool]float64{
		true:  Widening(n * deciding),
		false: Widening(n * max(1, len(subjects)-deciding)),
	}
}

func (s Settings) compare(f figure, now record.Figures, past []record.Figures, widening float64, res record.Resolution) record.Check {
	c := record.Check{
		Kind: record.BaselineCheck, Check: f.name + " against the baseline", Method: now.Method, Name: now.Name,
		Figure: f.name, Unit: f.unit, Operator: "<=", Result: record.Unknown,
	}
	if f.lower {
		c.Operator = ">="
	}
	value, known := f.of(now)
	if !known {
		c.Text = fmt.Sprintf("%s of %s: too few requests to compare", f.name, c.Of())
		return c
	}
	c.Seen = &value
	var values []float64
	for _, p := range past {
		if v, ok := f.of(p); ok {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		c.Text = fmt.Sprintf("%s of %s: no run of the baseline has it", f.name, c.Of())
		return c
	}
	b := s.band(f, values, widening, s.floor(f, values, now, res))
	c.Expected, c.Allowed = &b.Median, &b.Allowed
	c.Result = record.Passed
	if f.lower && value < b.Allowed || !f.lower && value > b.Allowed {
		c.Result = record.Failed
	}
	c.Text = fmt.Sprintf("%s of %s is %s, the median of %d %s is %s, allowed is %s %s", f.name, c.Of(),
		c.SeenText(), b.Runs, plural(b.Runs, "run"), record.Format(b.Median, f.unit), c.Operator, record.Format(b.Allowed, f.unit))
	return c
}

// missing returns a check without data for each name that should decide and had no request.
func (s Settings) missing(run *record.Run) []record.Check {
	var checks []record.Check
	for _, name := range s.Deciding {
		if !slices.ContainsFunc(run.Names, func(f record.Figures) bool { return f.Name == name || f.Label() == name }) {
			checks = append(checks, record.Check{
				Kind: record.BaselineCheck, Check: "against the baseline", Name: name, Decides: true, Result: record.NoData,
				Text: fmt.Sprintf("%s is to decide, but no request had such a name", name),
			})
		}
	}
	return checks
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}
