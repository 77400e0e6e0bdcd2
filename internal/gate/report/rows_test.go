package report_test

import (
	"testing"

	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/report"
	"github.com/hopperband/hopperband/internal/gate/threshold"
)

// A limit of a name, whatever the method, stands beside that name.
func TestLimitsOfNames(t *testing.T) {
	for what, test := range map[string]struct {
		scope threshold.Scope
		names []string // of the shop, besides its own
		rows  int      // that have the limit, and come first
	}{
		"one method":              {threshold.Name("", "/items"), nil, 1},
		"two methods":             {threshold.Name("", "/items"), []string{"PUT /items"}, 2},
		"of two methods":          {threshold.Name("GET", "/items"), []string{"PUT /items"}, 1},
		"a name without a method": {threshold.Name("", "jobs"), []string{"jobs"}, 1},
		"every name":              {threshold.Each(), []string{"jobs"}, 7},
	} {
		s := newShop()
		s.names = append(s.names, test.names...)
		run := s.run(1)
		for i, f := range run.Names {
			if f.Name == "jobs" {
				run.Names[i].Method = ""
			}
		}
		x := thresholds(t, "p95 < 1ms")[0]
		x.Scope = test.scope
		run.Verdict = &record.Verdict{Outcome: record.Fail, Checks: x.Evaluate(run.Total, run.Names)}
		for i, row := range report.New(run, nil).Names {
			limits := map[bool]int{true: 1}[i < test.rows]
			if len(row.Allowed) != limits || (row.Result == record.Failed) != (limits == 1) {
				t.Errorf("%s: row %d, %s %s, has the limits %v and is %q", what, i, row.Method, row.Name, row.Allowed, row.Result)
			}
		}
	}
}
