package main

// trends compares runs and the versions that they tested.
func trends() board {
	return board{
		uid:   "hopperband-trends",
		title: "Load test: runs and versions",
		description: "What was measured over runs and tested versions: from the rates that rules record, so for the eye. " +
			"Name runs and versions with --run-id and --tested-version; the gate judges them.",
		from:      "now-7d",
		refresh:   "5m",
		variables: []variable{job(), run(), version(), name()},
		rows: []row{
			{"Verdicts of the gate", 8, verdicts()},
			{"Versions", 10, []panel{byVersion()}},
			{"Runs", 10, []panel{byRun()}},
			{"Over time", 9, overTime()},
			{"Names by version", 10, []panel{byName()}},
		},
	}
}

// The time range as a whole. The rates of seconds without requests add nothing to sums.
const (
	allRates    = `(sum_over_time(run:hopperband_requests:rate1m` + ofRun + `[$__range]))`
	failedRates = `(sum_over_time(run:hopperband_requests:rate1m` + ofFailures + `[$__range]))`
	durations   = `(sum_over_time(run:hopperband_request_duration_seconds:rate1m` + ofRun + `[$__range]))`
)

// whole are the queries of a table of the whole time range.
func whole(labels string) []query {
	by := `sum by (` + labels + `) `
	return []query{
		{"", `max by (` + labels + `) (max_over_time((` + by + `(run:hopperband_requests:rate1m` + ofRun + `))[$__range:]))`},
		{"", `(` + by + failedRates + ` or 0 * ` + by + allRates + `) / (` + by + allRates + ` > 0)`},
		{"", `histogram_avg(` + by + durations + `) >= 0`},
		{"", `histogram_quantile(0.5, ` + by + durations + `) >= 0`},
		{"", `histogram_quantile(0.95, ` + by + durations + `) >= 0`},
		{"", `histogram_quantile(0.99, ` + by + durations + `) >= 0`},
	}
}

func wholeColumns() []column {
	return []column{{"Highest rate", "reqps"}, {"Failures", "percentunit"}, {"Average", "s"}, {"Median", "s"}, {"95 %", "s"}, {"99 %", "s"}}
}

// What the gate wrote at the end of each run: one sample, which holds until the next one, for
// a day at most.
const (
	latest  = `[1d]`
	verdict = `hopperband_run_verdict`
)

// verdicts are what the pipeline decided.
func verdicts() []panel {
	value := func(metric string) string {
		return `max by (plan, environment, branch, check) (last_over_time(` + metric + `{kind="threshold", method="", name="", figure=~"p.+"}` + latest + `))`
	}
	return []panel{
		{
			kind: states, title: "Verdict", width: 12,
			description: "Of the last run of each plan, environment and branch, for a day.",
			mapping:     []mapping{{"1", "PASS", "green"}, {"2", "INVALID", "orange"}, {"3", "FAIL", "red"}},
			queries: []query{{
				"{{plan}} {{environment}} {{branch}}",
				`sum by (plan, environment, branch) (last_over_time(` + verdict + `{verdict="pass"}` + latest + `) or 2 * last_over_time(` +
					verdict + `{verdict="invalid"}` + latest + `) or 3 * last_over_time(` + verdict + `{verdict="fail"}` + latest + `))`,
			}},
		},
		{
			title: "Percentiles with a threshold", width: 12, unit: "s",
			description: "What the gate saw, and what it allowed.",
			queries: []query{
				{"{{check}} {{environment}} {{branch}}", value("hopperband_check_value")},
				{"{{check}} {{environment}} {{branch}}: allowed", value("hopperband_check_limit")},
			},
		},
		{
			kind: rows, title: "Last verdicts", width: 24,
			columns: []column{{"When", "dateTimeFromNow"}},
			queries: []query{{
				"",
				`1000 * max by (plan, environment, branch, verdict, tested_version, commit, run_id) (last_over_time(hopperband_run_timestamp_seconds[$__range]))`,
			}},
		},
	}
}

func byVersion() panel {
	return panel{
		kind: rows, title: "Tested versions", width: 24,
		description: "All runs of a version together.",
		columns:     wholeColumns(),
		queries:     whole("tested_version, environment"),
	}
}

func byRun() panel {
	return panel{
		kind: rows, title: "Runs", width: 24,
		columns: wholeColumns(),
		queries: whole("run_id, tested_version, environment"),
	}
}

func byName() panel {
	return panel{
		kind: rows, title: "Names", width: 24,
		columns: wholeColumns(),
		queries: whole("method, name, tested_version"),
	}
}

func overTime() []panel {
	return []panel{
		{
			title: "Requests", width: 8, unit: "reqps",
			queries: []query{{"{{run_id}} {{tested_version}}", `sum by (run_id, tested_version) (run:hopperband_requests:rate1m` + ofRun + `)`}},
		},
		{
			title: "Failures", width: 8, unit: "percentunit", limit: 0.01,
			queries: []query{{
				"{{run_id}} {{tested_version}}",
				`(sum by (run_id, tested_version) (run:hopperband_requests:rate1m` + ofFailures +
					`) or 0 * sum by (run_id, tested_version) (run:hopperband_requests:rate1m` + ofRun +
					`)) / sum by (run_id, tested_version) (run:hopperband_requests:rate1m` + ofRun + `)`,
			}},
		},
		{
			title: "95th percentile", width: 8, unit: "s", limit: 1,
			queries: []query{{"{{run_id}} {{tested_version}}", `histogram_quantile(0.95, sum by (run_id, tested_version) (run:hopperband_request_duration_seconds:rate1m` + ofRun + `))`}},
		},
	}
}
