package metrics

import "github.com/prometheus/client_golang/prometheus"

const prefix = "hopperband_"

// families are the descriptors of the metrics of one worker.
type families struct {
	requests, duration, failures, bytes, interrupted, overflow *prometheus.Desc

	inFlight, resent, unreported, reports  *prometheus.Desc
	users, target, abandoned, late, missed *prometheus.Desc
	exceptions                             *prometheus.Desc
	state, link, heartbeat, messages, info *prometheus.Desc
	run, runStart, runEnd                  *prometheus.Desc

	all []*prometheus.Desc
}

func newFamilies(nodeID string) *families {
	f := &families{}
	of := func(name, help string, labels ...string) *prometheus.Desc {
		d := prometheus.NewDesc(prefix+name, help, labels, prometheus.Labels{"node_id": nodeID})
		f.all = append(f.all, d)
		return d
	}
	f.describeRequests(of)
	f.describeUsers(of)
	f.describeWorker(of)
	return f
}

type describe func(name, help string, labels ...string) *prometheus.Desc

func (f *families) describeRequests(of describe) {
	f.requests = of("requests_total", "Finished requests.", "method", "name", "result")
	f.duration = of("request_duration_seconds", "Response times of finished requests.", "method", "name", "result")
	f.failures = of("request_failures_total", "Failed requests by why they failed.", "method", "name", "reason")
	f.bytes = of("response_bytes_total", "Bytes of response bodies, as Locust counts them.", "method", "name")
	f.interrupted = of("requests_interrupted_total", "Requests cut off by the forced end of their user; in no other metric.", "method", "name")
	f.overflow = of("label_overflow_total", "Requests counted under a common label value, because there were too many.", "label")
	f.inFlight = of("requests_in_flight", "Requests that have begun and not ended.")
	f.resent = of("requests_resent_total", "Requests reported to the master once more, because a report was not confirmed.")
	f.unreported = of("requests_unreported_total", "Requests that the master is not known to have, and that are not sent any more.")
	f.reports = of("reports_total", "Reports to the master by what became of them.", "outcome")
}

func (f *families) describeUsers(of describe) {
	f.users = of("users", "Running users.", "user_class")
	f.target = of("users_target", "Users that the master wants of this worker.", "user_class")
	f.abandoned = of("users_abandoned", "Users that ignored their forced end: they count no more, but are still there.", "user_class")
	f.late = of("schedule_lag_seconds", "How late iterations started after the time that their wait time said.", "user_class")
	f.missed = of("iterations_missed_total", "Starts of iterations that a pacing or throughput left out, because the one before took too long.", "user_class")
	f.exceptions = of("exceptions_total", "Errors and panics of tasks that are no failed requests.", "user_class")
}

func (f *families) describeWorker(of describe) {
	f.state = of("worker_state", "State of the worker: 1 for the present one.", "state")
	f.link = of("link_state", "State of the connection to the master: 1 for the present one.", "state")
	f.heartbeat = of("master_heartbeat_timestamp_seconds", "When the master was heard last.")
	f.messages = of("messages_total", "Messages to and from the master.", "direction", "type")
	f.info = of("worker_info", "The worker, always 1.", "index", "version", "hostname")
	f.run = of("run_info", "The present or the last test, always 1.", "run_id", "tested_version", "environment")
	f.runStart = of("run_start_timestamp_seconds", "When the present or the last test began.")
	f.runEnd = of("run_end_timestamp_seconds", "When the last test ended; 0 while one runs.")
}
