package stack

import (
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
)

const dashboards = root + "/deploy/grafana/dashboards"

// TestQueriesParse reads each query with Prometheus's own parser.
func TestQueriesParse(t *testing.T) {
	queries, err := Queries(dashboards)
	if err != nil {
		t.Fatal(err)
	}
	if len(queries) < 60 {
		t.Errorf("%d queries in all dashboards", len(queries))
	}
	for _, q := range queries {
		expr := q.Filled()
		if strings.Contains(expr, "$") {
			t.Errorf("%s: %s: a variable is left in %s", q.Board, q.Panel, expr)
		}
		if _, err := parser.NewParser(parser.Options{}).ParseExpr(expr); err != nil {
			t.Errorf("%s: %s: %v in %s", q.Board, q.Panel, err, expr)
		}
	}
}
