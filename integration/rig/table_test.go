package rig

import (
	"slices"
	"strings"
	"testing"
)

// What a master prints: an interim table, its goodbye, the final table, and others.
const masterLog = `[2026-11-25 20:48:47,076] vm/INFO/locust.main: --run-time limit reached, shutting down
Type     Name                  # reqs      # fails |    Avg     Min     Max    Med |   req/s  failures/s
--------|--------------------|-------|-------------|-------|-------|-------|-------|--------|-----------
GET      /interim                  44     0(0.00%) |      1       1       1      1 |    0.00        0.00
--------|--------------------|-------|-------------|-------|-------|-------|-------|--------|-----------
         Aggregated                44     0(0.00%) |      1       1       1      1 |    0.00        0.00

[2026-11-25 20:48:48,078] vm/INFO/locust.main: Shutting down (exit code 1)
Type     Name                  # reqs      # fails |    Avg     Min     Max    Med |   req/s  failures/s
--------|--------------------|-------|-------------|-------|-------|-------|-------|--------|-----------
GET      /a b                      60     1(1.67%) |      1       1       1      1 |   13.50        0.00
         no method 7               20   20(100.00%) |      1       1       1      1 |    4.50        4.50
--------|--------------------|-------|-------------|-------|-------|-------|-------|--------|-----------
         Aggregated                80   21(26.25%) |      1       1       1      1 |   18.00        4.50

Response time percentiles (approximated)
Type     Name                              50%    66%    75%  # reqs
         Aggregated                          1      1      1      80
`

func TestFinalTable(t *testing.T) {
	table, err := finalTable(masterLog)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(table, "/interim") || strings.Contains(table, "percentiles") || !strings.HasPrefix(table, "Type ") {
		t.Errorf("table:\n%s\nwant the final one, alone", table)
	}
	got, err := tableRows(table)
	want := []Row{
		{"GET", "/a b", Totals{60, 1}},
		{"", "no method 7", Totals{20, 20}},
		{"", "Aggregated", Totals{80, 21}},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("rows: %v, %v; want %v", got, err, want)
	}
}

func TestNoFinalTable(t *testing.T) {
	interim, _, _ := strings.Cut(masterLog, "[2026-11-25 20:48:48")
	cut, _, _ := strings.Cut(masterLog, "Response time percentiles")
	for name, log := range map[string]string{
		"empty":   "",
		"running": interim,
		"cut":     cut[:strings.LastIndex(cut, "Aggregated")],
	} {
		if table, err := finalTable(log); err == nil {
			t.Errorf("%s: table %q, want an error", name, table)
		}
	}
	if rows, err := tableRows("GET /a 1 0(0.00%) |"); err == nil {
		t.Errorf("rows %v without a sum, want an error", rows)
	}
}
