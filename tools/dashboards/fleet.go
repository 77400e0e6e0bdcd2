package main

import "strings"

const (
	ofWorker = `{job=~"$job", instance=~"$instance"}`
	onWorker = `{job=~"$job", instance=~"$instance", `
)

// fleet is about the workers: is it the generator or the target?
func fleet() board {
	return board{
		uid:         "hopperband-fleet",
		title:       "Load test: workers",
		description: "Whether the load generator is the bottleneck. A response time that was measured by a busy generator says little about the target.",
		from:        "now-15m",
		refresh:     "5s",
		variables:   []variable{job(), instance()},
		rows: []row{
			{"Now", 4, fleetNumbers()},
			{"States", 7, fleetStates()},
			{"Is it the generator?", 8, saturation()},
			{"Load by worker", 8, fleetLoad()},
			{"Reporting to the master", 8, reporting()},
			{"Processes", 8, processes()},
		},
	}
}

func fleetNumbers() []panel {
	return []panel{
		{kind: number, title: "Workers scraped", width: 5, unit: "short", queries: []query{{"", `count(hopperband_worker_info` + ofWorker + `)`}}},
		{
			kind: number, title: "With a master", width: 5, unit: "short",
			queries: []query{{"", `sum(hopperband_link_state` + onWorker + `state="up"})`}},
		},
		{
			kind: number, title: "Busiest CPU", width: 5, unit: "percentunit", limit: 0.9,
			queries: []query{{"", `max(hopperband_cpu_ratio` + ofWorker + `)`}},
		},
		{
			kind: number, title: "Latest heartbeat of a master", width: 5, unit: "s", limit: 10,
			description: "The age of the oldest of them.",
			queries:     []query{{"", `max(time() - hopperband_master_heartbeat_timestamp_seconds` + ofWorker + `)`}},
		},
		{
			kind: number, title: "Names over the cap", width: 4, unit: "short", limit: 1,
			description: "Requests that were counted under the overflow name, because there are too many names.",
			queries:     []query{{"", `sum(hopperband_label_overflow_total` + ofWorker + `) or vector(0)`}},
		},
	}
}

func fleetStates() []panel {
	return []panel{
		{
			kind: states, title: "Workers", width: 12, description: "As the master has them.",
			queries: []query{{"{{instance}} {{node_id}}", oneOf(`hopperband_worker_state`, workerStates())}},
			mapping: workerStates(),
		},
		{
			kind: states, title: "Links", width: 12, description: "The connection to the master. Up means that the master's application answers.",
			queries: []query{{"{{instance}} {{node_id}}", oneOf(`hopperband_link_state`, linkStates())}},
			mapping: linkStates(),
		},
	}
}

func workerStates() []mapping {
	return []mapping{
		{"1", "connecting", "orange"},
		{"2", "ready", "blue"},
		{"3", "spawning", "purple"},
		{"4", "running", "green"},
		{"5", "stopping", "yellow"},
		{"6", "quitting", "text"},
	}
}

func linkStates() []mapping {
	return []mapping{
		{"1", "down", "red"},
		{"2", "dialing", "orange"},
		{"3", "proving", "yellow"},
		{"4", "up", "green"},
		{"5", "draining", "blue"},
		{"6", "closed", "text"},
	}
}

// oneOf makes one number of the series of all states, of which one is 1.
func oneOf(metric string, states []mapping) string {
	each := make([]string, len(states))
	for i, s := range states {
		each[i] = s.value + ` * (` + metric + onWorker + `state="` + s.text + `"} == 1)`
	}
	return `max by (instance, node_id) (` + strings.Join(each, " or ") + `)`
}

func saturation() []panel {
	return []panel{
		{
			title: "CPU", width: 6, unit: "percentunit", limit: 0.9, description: "Of the CPU that the process may use.",
			queries: []query{{"{{instance}}", `max by (instance) (hopperband_cpu_ratio` + ofWorker + `)`}},
		},
		{
			title: "Waiting for a CPU", width: 6, unit: "s", limit: 0.01,
			description: "How long Go's scheduler lets goroutines wait (99th percentile). It is a part of each response time.",
			queries:     []query{{"{{instance}}", `histogram_quantile(0.99, sum by (instance, le) (rate(go_sched_latencies_seconds_bucket` + ofWorker + `[$__rate_interval])))`}},
		},
		{
			title: "Schedule lag", width: 6, unit: "s", limit: 0.1,
			description: "How late iterations start (99th percentile): the generator, or too few users for the throughput.",
			queries:     []query{{"{{instance}}", `histogram_quantile(0.99, sum by (instance, le) (rate(hopperband_schedule_lag_seconds_bucket` + ofWorker + `[$__rate_interval])))`}},
		},
		{
			title: "Garbage collection", width: 6, unit: "percentunit", description: "Share of the time in which it stopped the process.",
			queries: []query{{"{{instance}}", `sum by (instance) (rate(go_gc_duration_seconds_sum` + ofWorker + `[$__rate_interval]))`}},
		},
	}
}

func fleetLoad() []panel {
	return []panel{
		{title: "Users", width: 6, unit: "short", queries: []query{{"{{instance}}", `sum by (instance) (hopperband_users` + ofWorker + `)`}}},
		{
			title: "Requests", width: 6, unit: "reqps",
			queries: []query{{"{{instance}}", `sum by (instance) (rate(hopperband_requests_total` + ofWorker + `[$__rate_interval]))`}},
		},
		{
			title: "95th percentile", width: 6, unit: "s", description: "One worker apart from the others: its machine or its way to the target.",
			queries: []query{{"{{instance}}", `histogram_quantile(0.95, sum by (instance) (rate(hopperband_request_duration_seconds` + ofWorker + `[$__rate_interval])))`}},
		},
		{
			title: "Requests in flight, users abandoned", width: 6, unit: "short",
			description: "Abandoned: users whose code did not return after their forced stop.",
			queries: []query{
				{"{{instance}} in flight", `sum by (instance) (hopperband_requests_in_flight` + ofWorker + `)`},
				{"{{instance}} abandoned", `sum by (instance) (hopperband_users_abandoned` + ofWorker + `)`},
			},
		},
	}
}

func reporting() []panel {
	return []panel{
		{
			title: "Reports", width: 8, unit: "cps", description: "The master confirms a report, or it is sent again.",
			queries: []query{{"{{outcome}}", `sum by (outcome) (rate(hopperband_reports_total` + ofWorker + `[$__rate_interval]))`}},
		},
		{
			title: "Messages", width: 8, unit: "cps",
			queries: []query{{"{{direction}} {{type}}", `sum by (direction, type) (rate(hopperband_messages_total` + ofWorker + `[$__rate_interval]))`}},
		},
		{
			title: "Requests that explain a difference", width: 8, unit: "short",
			description: "Resent: the master may have them twice. Unreported: it may not have them. Interrupted: cut off by a stop, no request.",
			queries: []query{
				{"resent", `sum(hopperband_requests_resent_total` + ofWorker + `)`},
				{"unreported", `sum(hopperband_requests_unreported_total` + ofWorker + `)`},
				{"interrupted", `sum(hopperband_requests_interrupted_total` + ofWorker + `) or vector(0)`},
			},
		},
	}
}

func processes() []panel {
	return []panel{
		{title: "Memory", width: 6, unit: "bytes", queries: []query{{"{{instance}}", `max by (instance) (process_resident_memory_bytes` + ofWorker + `)`}}},
		{title: "Goroutines", width: 6, unit: "short", queries: []query{{"{{instance}}", `max by (instance) (go_goroutines` + ofWorker + `)`}}},
		{
			title: "Open files", width: 6, unit: "percentunit", limit: 0.9, description: "Of those that the process may open: each connection is one.",
			queries: []query{{"{{instance}}", `max by (instance) (process_open_fds` + ofWorker + ` / process_max_fds` + ofWorker + `)`}},
		},
		{
			kind: rows, title: "Builds", width: 6, columns: []column{{"Processes", "short"}},
			queries: []query{{"", `count by (version, revision, goversion) (hopperband_build_info` + ofWorker + `)`}},
		},
	}
}
