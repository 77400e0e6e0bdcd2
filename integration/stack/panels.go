package stack

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// A Query is one query of a dashboard's panel.
type Query struct {
	Board, Panel string
	Expr         string // as in the file, with Grafana's variables
	Instant      bool   // asked once, for the end of the time range
}

// A dashboardFile is the part of a Grafana dashboard that has queries.
type dashboardFile struct {
	UID    string `json:"uid"`
	Panels []struct {
		Title   string `json:"title"`
		Targets []struct {
			Expr    string `json:"expr"`
			Instant bool   `json:"instant"`
		} `json:"targets"`
	} `json:"panels"`
	Annotations struct {
		List []struct {
			Name string `json:"name"`
			Expr string `json:"expr"`
		} `json:"list"`
	} `json:"annotations"`
}

// Queries reads all queries of the dashboards in a directory, those of annotations too.
func Queries(directory string) ([]Query, error) {
	files, err := filepath.Glob(filepath.Join(directory, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("stack: dashboards: %w", err)
	}
	var queries []Query
	for _, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // of this repository
		if err != nil {
			return nil, fmt.Errorf("stack: dashboards: %w", err)
		}
		var d dashboardFile
		if err := json.Unmarshal(text, &d); err != nil {
			return nil, fmt.Errorf("stack: dashboard %s: %w", file, err)
		}
		for _, p := range d.Panels {
			for _, target := range p.Targets {
				queries = append(queries, Query{d.UID, p.Title, target.Expr, target.Instant})
			}
		}
		for _, a := range d.Annotations.List {
			queries = append(queries, Query{d.UID, a.Name, a.Expr, false})
		}
	}
	return queries, nil
}

// OfGate reports whether the query is of what the gate writes at the end of a run.
func (q Query) OfGate() bool {
	return regexp.MustCompile(`hopperband_(run_verdict|run_timestamp_seconds|check_\w+|baseline_value)\b`).MatchString(q.Expr)
}

// Filled returns the query as Grafana asks it, with everything chosen.
func (q Query) Filled() string {
	return strings.NewReplacer(
		"$__rate_interval", "20s", // four scrapes
		"$__range", "15m",
		"$job", ".*", "$run", ".*", "$version", ".*", "$name", ".*", "$instance", ".*",
	).Replace(q.Expr)
}
