package main

// Selectors of what was chosen: of the series that rules record for each run, of those of
// workers, and of a run's workers.
const (
	ofRun      = `{job=~"$job", run_id=~"$run", tested_version=~"$version", name=~"$name"}`
	ofFailures = `{job=~"$job", run_id=~"$run", tested_version=~"$version", name=~"$name", result="failure"}`
	ofJob      = `{job=~"$job"}`
	ofNames    = `{job=~"$job", name=~"$name"}`
	inRun      = ` and on (job, instance, node_id) hopperband_run_info{job=~"$job", run_id=~"$run", tested_version=~"$version"}`
)

// live is a run while it goes on.
func live() board {
	return board{
		uid:         "hopperband-live",
		title:       "Load test: live run",
		description: "What the users of a load test see of the target. Response times are from histograms, added up over workers.",
		from:        "now-15m",
		refresh:     "5s",
		variables:   []variable{job(), run(), version(), name()},
		rows: []row{
			{"Now", 4, liveNumbers()},
			{"Load", 8, liveLoad()},
			{"Response times", 9, liveTimes()},
			{"Names", 10, []panel{liveNames()}},
			{"What went wrong", 8, liveFaults()},
		},
	}
}

func liveNumbers() []panel {
	return []panel{
		{kind: number, title: "Users", width: 4, unit: "short", queries: []query{{"", `sum(hopperband_users` + ofJob + inRun + `)`}}},
		{kind: number, title: "Requests", width: 5, unit: "reqps", queries: []query{{"", `sum(run:hopperband_requests:rate1m` + ofRun + `)`}}},
		{
			kind: number, title: "Failures", width: 5, unit: "percentunit", limit: 0.01,
			description: "Share of the requests of the last minute that failed.",
			queries:     []query{{"", `(sum(run:hopperband_requests:rate1m` + ofFailures + `) or vector(0)) / sum(run:hopperband_requests:rate1m` + ofRun + `)`}},
		},
		{
			kind: number, title: "95th percentile", width: 5, unit: "s", limit: 1,
			queries: []query{{"", `histogram_quantile(0.95, sum(run:hopperband_request_duration_seconds:rate1m` + ofRun + `))`}},
		},
		{
			kind: number, title: "Workers in the run", width: 5, unit: "short",
			queries: []query{{"", `count(hopperband_run_end_timestamp_seconds` + ofJob + ` == 0` + inRun + `) or vector(0)`}},
		},
	}
}

func liveLoad() []panel {
	return []panel{
		{
			title: "Users", width: 8, unit: "short",
			queries: []query{
				{"{{user_class}}", `sum by (user_class) (hopperband_users` + ofJob + inRun + `)`},
				{"{{user_class}}, wanted", `sum by (user_class) (hopperband_users_target` + ofJob + inRun + `)`},
			},
		},
		{
			title: "Requests", width: 8, unit: "reqps",
			queries: []query{{"{{method}} {{name}}", `sum by (method, name) (run:hopperband_requests:rate1m` + ofRun + `)`}},
		},
		{
			title: "Failures", width: 8, unit: "reqps", description: "Failed requests by name; empty is good.",
			queries: []query{
				{"{{method}} {{name}}", `sum by (method, name) (run:hopperband_requests:rate1m` + ofFailures + `) > 0`},
				{"all", `sum(run:hopperband_requests:rate1m` + ofFailures + `) or vector(0)`},
			},
		},
	}
}

func liveTimes() []panel {
	quantile := func(q, by string) string {
		return `histogram_quantile(` + q + `, sum` + by + `(run:hopperband_request_duration_seconds:rate1m` + ofRun + `))`
	}
	return []panel{
		{
			title: "All names", width: 8, unit: "s",
			queries: []query{{"median", quantile("0.5", "")}, {"90 %", quantile("0.9", "")}, {"95 %", quantile("0.95", "")}, {"99 %", quantile("0.99", "")}},
		},
		{
			title: "95th percentile by name", width: 8, unit: "s",
			queries: []query{{"{{method}} {{name}}", quantile("0.95", " by (method, name) ")}},
		},
		{
			kind: heat, title: "How often which", width: 8, unit: "s",
			queries: []query{{"", `sum(run:hopperband_request_duration_seconds:rate1m` + ofRun + `)`}},
		},
	}
}

func liveNames() panel {
	const by = `sum by (method, name) `
	all, failed := by+`(run:hopperband_requests:rate1m`+ofRun+`)`, by+`(run:hopperband_requests:rate1m`+ofFailures+`)`
	times := by + `(run:hopperband_request_duration_seconds:rate1m` + ofRun + `)`
	return panel{
		kind: rows, title: "The last minute by name", width: 24,
		columns: []column{{"Requests", "reqps"}, {"Failures", "percentunit"}, {"Average", "s"}, {"Median", "s"}, {"95 %", "s"}, {"99 %", "s"}},
		queries: []query{
			{"", all + ` > 0`},
			{"", `(` + failed + ` or 0 * ` + all + `) / (` + all + ` > 0)`},
			{"", `histogram_avg(` + times + `) >= 0`},
			{"", `histogram_quantile(0.5, ` + times + `) >= 0`},
			{"", `histogram_quantile(0.95, ` + times + `) >= 0`},
			{"", `histogram_quantile(0.99, ` + times + `) >= 0`},
		},
	}
}

func liveFaults() []panel {
	return []panel{
		{
			title: "Failures by reason", width: 6, unit: "reqps",
			queries: []query{{"{{reason}}", `sum by (reason) (rate(hopperband_request_failures_total` + ofNames + `[$__rate_interval])` + inRun + `)`}},
		},
		{
			title: "Exceptions of users", width: 6, unit: "cps", description: "The texts are on the master's Exceptions tab.",
			queries: []query{{"{{user_class}}", `sum by (user_class) (rate(hopperband_exceptions_total` + ofJob + `[$__rate_interval])` + inRun + `)`}},
		},
		{
			title: "Schedule lag", width: 6, unit: "s",
			description: "How late iterations start after their intended time, 99th percentile (users with a pacing or a throughput).",
			queries:     []query{{"{{user_class}}", `histogram_quantile(0.99, sum by (user_class, le) (rate(hopperband_schedule_lag_seconds_bucket` + ofJob + `[$__rate_interval])` + inRun + `))`}},
		},
		{
			title: "Missed iterations", width: 6, unit: "cps", description: "Intended starts that were skipped.",
			queries: []query{{"{{user_class}}", `sum by (user_class) (rate(hopperband_iterations_missed_total` + ofJob + `[$__rate_interval])` + inRun + `)`}},
		},
	}
}
