package metrics

import (
	"cmp"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

const (
	prefix    = "hopperband_"
	durations = "request_duration_seconds" // of requests

	counter   = dto.MetricType_COUNTER
	gauge     = dto.MetricType_GAUGE
	histogram = dto.MetricType_HISTOGRAM
)

// A family is what the series of one metric have in common.
type family struct {
	desc       *prometheus.Desc
	kind       dto.MetricType
	name, help string
	number     int // in families.all
}

// families are the metrics of one worker. They are the same for all workers but for the
// node ID.
type families struct {
	requests, duration, failures, bytes, interrupted, overflow *family

	inFlight, resent, unreported, reports  *family
	users, target, abandoned, late, missed *family
	exceptions                             *family
	state, link, heartbeat, messages, info *family
	run, runStart, runEnd                  *family

	node string
	all  []*family // by name
}

func newFamilies(nodeID string) *families {
	f := &families{node: nodeID}
	of := func(kind dto.MetricType, name, help string, labels ...string) *family {
		name = prefix + name
		x := &family{kind: kind, name: name, help: help, desc: prometheus.NewDesc(name, help, labels, prometheus.Labels{"node_id": nodeID})}
		f.all = append(f.all, x)
		return x
	}
	f.describeRequests(of)
	f.describeUsers(of)
	f.describeWorker(of)
	slices.SortFunc(f.all, func(a, b *family) int { return cmp.Compare(a.name, b.name) })
	for i, x := range f.all {
		x.number = i
	}
	return f
}

type describe func(kind dto.MetricType, name, help string, labels ...string) *family

func (f *families) describeRequests(of describe) {
	f.requests = of(counter, "requests_total", "Finished requests.", "method", "name", "result")
	f.duration = of(histogram, durations, "Response times of finished requests.", "method", "name", "result")
	f.failures = of(counter, "request_failures_total", "Failed requests by why they failed.", "method", "name", "reason")
	f.bytes = of(counter, "response_bytes_total", "Bytes of response bodies, as Locust counts them.", "method", "name")
	f.interrupted = of(counter, "requests_interrupted_total", "Requests cut off by the forced end of their user; in no other metric.", "method", "name")
	f.overflow = of(counter, "label_overflow_total", "Requests counted under a common label value, because there were too many.", "label")
	f.inFlight = of(gauge, "requests_in_flight", "Requests that have begun and not ended.")
	f.resent = of(counter, "requests_resent_total", "Requests reported to the master once more, because a report was not confirmed.")
	f.unreported = of(counter, "requests_unreported_total", "Requests that the master is not known to have, and that are not sent any more.")
	f.reports = of(counter, "reports_total", "Reports to the master by what became of them.", "outcome")
}

func (f *families) describeUsers(of describe) {
	f.users = of(gauge, "users", "Running users.", "user_class")
	f.target = of(gauge, "users_target", "Users that the master wants of this worker.", "user_class")
	f.abandoned = of(gauge, "users_abandoned", "Users that ignored their forced end: they count no more, but are still there.", "user_class")
	f.late = of(histogram, "schedule_lag_seconds", "How late iterations started after the time that their wait time said.", "user_class")
	f.missed = of(counter, "iterations_missed_total", "Starts of iterations that a pacing or throughput left out, because the one before took too long.", "user_class")
	f.exceptions = of(counter, "exceptions_total", "Errors and panics of tasks that are no failed requests.", "user_class")
}

func (f *families) describeWorker(of describe) {
	f.state = of(gauge, "worker_state", "State of the worker: 1 for the present one.", "state")
	f.link = of(gauge, "link_state", "State of the connection to the master: 1 for the present one.", "state")
	f.heartbeat = of(gauge, "master_heartbeat_timestamp_seconds", "When the master was heard last.")
	f.messages = of(counter, "messages_total", "Messages to and from the master.", "direction", "type")
	f.info = of(gauge, "worker_info", "The worker, always 1.", "index", "version", "hostname")
	f.run = of(gauge, "run_info", "The present or the last test, always 1.", "run_id", "tested_version", "environment")
	f.runStart = of(gauge, "run_start_timestamp_seconds", "When the present or the last test began.")
	f.runEnd = of(gauge, "run_end_timestamp_seconds", "When the last test ended; 0 while one runs.")
}
