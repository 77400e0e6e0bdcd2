package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// JSON writes the report as JSON; report.schema.json describes it.
func (r *Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return fmt.Errorf("report: writing JSON: %w", err)
	}
	return nil
}

// Parse reads what JSON wrote. What is no report, one of another schema, and one with words
// that no gate writes are errors.
func Parse(data []byte) (*Report, error) {
	r := &Report{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("report: not a report: %w", err)
	}
	if r.Schema != Schema || r.Outcome == "" {
		return nil, fmt.Errorf("report: not a report of schema %d: is it output.json of gate run, of the same version?", Schema)
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("report: not one of a gate of this version: %w", err)
	}
	return r, nil
}

// check refuses what views would show as it stands, and New never makes.
func (r *Report) check() error {
	v := record.Verdict{Outcome: r.Outcome, ExitCode: r.ExitCode, Warned: r.Warned, Baseline: r.Baseline, Checks: r.Checks}
	unconfirmed := v
	unconfirmed.Unconfirmed = true
	if r.Headline != headline(v) && r.Headline != headline(unconfirmed) {
		return fmt.Errorf("the headline %.40q is not that of its checks", r.Headline)
	}
	v.Checks = slices.Clone(v.Checks)
	for _, row := range append(slices.Clone(r.Names), r.Total) {
		for _, a := range row.Allowed {
			v.Checks = append(v.Checks, record.Check{Kind: a.Kind, Operator: a.Operator, Result: a.Result})
		}
	}
	return v.Check()
}
