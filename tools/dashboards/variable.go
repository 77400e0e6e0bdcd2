package main

import "github.com/grafana/grafana-foundation-sdk/go/dashboard"

// A variable is chosen at the top of a dashboard, from the values that a label has.
type variable struct {
	name, label string
	metric      string // that has the label, with selectors of the variables before
	values      string // the label
}

// What can be chosen. A run and a version that have not been named by anybody are "".
func job() variable { return variable{"job", "Job", `hopperband_build_info`, "job"} }

func run() variable {
	return variable{"run", "Run", `hopperband_run_info{job=~"$job"}`, "run_id"}
}

func version() variable {
	return variable{"version", "Tested version", `hopperband_run_info{job=~"$job", run_id=~"$run"}`, "tested_version"}
}

func name() variable {
	return variable{"name", "Name", `hopperband_requests_total{job=~"$job"}`, "name"}
}

func instance() variable {
	return variable{"instance", "Worker", `hopperband_worker_info{job=~"$job"}`, "instance"}
}

func (v variable) build() *dashboard.QueryVariableBuilder {
	query := "label_values(" + v.metric + ", " + v.values + ")"
	everything, all := "All", "$__all"
	return dashboard.NewQueryVariableBuilder(v.name).
		Label(v.label).
		Datasource(prometheusRef()).
		Query(dashboard.StringOrMap{String: &query}).
		Refresh(dashboard.VariableRefreshOnTimeRangeChanged).
		Sort(dashboard.VariableSortAlphabeticalAsc).
		Multi(true).
		IncludeAll(true).
		AllValue(".*"). // the empty value too, and not thousands of names in each query
		Current(dashboard.VariableOption{
			Text:  dashboard.StringOrArrayOfString{String: &everything},
			Value: dashboard.StringOrArrayOfString{String: &all},
		})
}
