package metrics_test

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/hopperband/hopperband/internal/metrics"
	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/tasks"
)

// compare compares families of a worker's collector, in the text format.
func compare(t *testing.T, w metrics.Worker, want string, names ...string) {
	t.Helper()
	for i, name := range names {
		names[i] = "hopperband_" + name
	}
	if err := testutil.CollectAndCompare(metrics.NewCollector(w), strings.NewReader(want), names...); err != nil {
		t.Error(err)
	}
}

func TestRequests(t *testing.T) {
	s := stats.New(stats.Config{})
	r := s.Recorder()
	e := r.Entry("GET", "/")
	for _, d := range []time.Duration{0, time.Millisecond, time.Second, tasks.NoResponseTime} {
		r.Record(e, tasks.Sample{Start: time.Unix(1, 0), Duration: d, Length: 10})
	}
	r.Record(e, tasks.Sample{Start: time.Unix(1, 0), Duration: 2 * time.Minute, Length: 5, Err: errTimeout})
	r.Interrupt(e)
	r.InFlight().Add(2)
	compare(t, worker("n", s), `
# HELP hopperband_request_failures_total Failed requests by why they failed.
# TYPE hopperband_request_failures_total counter
hopperband_request_failures_total{method="GET",name="/",node_id="n",reason="timeout"} 1
# HELP hopperband_requests_in_flight Requests that have begun and not ended.
# TYPE hopperband_requests_in_flight gauge
hopperband_requests_in_flight{node_id="n"} 2
# HELP hopperband_requests_interrupted_total Requests cut off by the forced end of their user; in no other metric.
# TYPE hopperband_requests_interrupted_total counter
hopperband_requests_interrupted_total{method="GET",name="/",node_id="n"} 1
# HELP hopperband_requests_total Finished requests.
# TYPE hopperband_requests_total counter
hopperband_requests_total{method="GET",name="/",node_id="n",result="failure"} 1
hopperband_requests_total{method="GET",name="/",node_id="n",result="success"} 4
# HELP hopperband_response_bytes_total Bytes of response bodies, as Locust counts them.
# TYPE hopperband_response_bytes_total counter
hopperband_response_bytes_total{method="GET",name="/",node_id="n"} 45
`, "request_failures_total", "requests_in_flight", "requests_interrupted_total", "requests_total", "response_bytes_total")

	for line, want := range map[string]bool{
		`{method="GET",name="/",node_id="n",result="success",le="0.001"} 2`: true,
		`{method="GET",name="/",node_id="n",result="success",le="0.5"} 2`:   true,
		`{method="GET",name="/",node_id="n",result="success",le="1"} 3`:     true,
		`{method="GET",name="/",node_id="n",result="success",le="+Inf"} 3`:  true,
		`{method="GET",name="/",node_id="n",result="failure",le="60"} 0`:    true,
		`{method="GET",name="/",node_id="n",result="failure",le="+Inf"} 1`:  true,
	} {
		if got := strings.Contains(text(t, metrics.NewCollector(worker("n", s))), "hopperband_request_duration_seconds_bucket"+line+"\n"); got != want {
			t.Errorf("%s: %v, want %v", line, got, want)
		}
	}
}

// The counters know of no test: what a report takes away from the master's next one stays.
func TestCountersOutliveTests(t *testing.T) {
	s := stats.New(stats.Config{})
	r := s.Recorder()
	e := r.Entry("GET", "/")
	for i := range 3 {
		r.Record(e, tasks.Sample{Start: time.Unix(1, 0), Duration: time.Second})
		s.Report(time.Unix(2, 0))
		switch i {
		case 0:
			s.Confirm()
		case 1:
			s.Requeue()
			s.Report(time.Unix(3, 0))
		}
		s.NewTest(time.Unix(4, 0))
	}
	compare(t, worker("n", s), `
# HELP hopperband_reports_total Reports to the master by what became of them.
# TYPE hopperband_reports_total counter
hopperband_reports_total{node_id="n",outcome="confirmed"} 1
hopperband_reports_total{node_id="n",outcome="resent"} 1
hopperband_reports_total{node_id="n",outcome="unreported"} 2
# HELP hopperband_requests_resent_total Requests reported to the master once more, because a report was not confirmed.
# TYPE hopperband_requests_resent_total counter
hopperband_requests_resent_total{node_id="n"} 1
# HELP hopperband_requests_total Finished requests.
# TYPE hopperband_requests_total counter
hopperband_requests_total{method="GET",name="/",node_id="n",result="failure"} 0
hopperband_requests_total{method="GET",name="/",node_id="n",result="success"} 3
# HELP hopperband_requests_unreported_total Requests that the master is not known to have, and that are not sent any more.
# TYPE hopperband_requests_unreported_total counter
hopperband_requests_unreported_total{node_id="n"} 2
`, "reports_total", "requests_resent_total", "requests_total", "requests_unreported_total")
}

func TestWorker(t *testing.T) {
	compare(t, full("n"), `
# HELP hopperband_exceptions_total Errors and panics of tasks that are no failed requests.
# TYPE hopperband_exceptions_total counter
hopperband_exceptions_total{node_id="n",user_class="Shopper"} 7
# HELP hopperband_iterations_missed_total Starts of iterations that a pacing or throughput left out, because the one before took too long.
# TYPE hopperband_iterations_missed_total counter
hopperband_iterations_missed_total{node_id="n",user_class="Shopper"} 4
# HELP hopperband_master_heartbeat_timestamp_seconds When the master was heard last.
# TYPE hopperband_master_heartbeat_timestamp_seconds gauge
hopperband_master_heartbeat_timestamp_seconds{node_id="n"} 12.5
# HELP hopperband_messages_total Messages to and from the master.
# TYPE hopperband_messages_total counter
hopperband_messages_total{direction="received",node_id="n",type="ack"} 1
hopperband_messages_total{direction="sent",node_id="n",type="stats"} 9
# HELP hopperband_run_end_timestamp_seconds When the last test ended; 0 while one runs.
# TYPE hopperband_run_end_timestamp_seconds gauge
hopperband_run_end_timestamp_seconds{node_id="n"} 0
# HELP hopperband_run_info The present or the last test, always 1.
# TYPE hopperband_run_info gauge
hopperband_run_info{environment="staging",node_id="n",run_id="r",tested_version="v"} 1
# HELP hopperband_run_start_timestamp_seconds When the present or the last test began.
# TYPE hopperband_run_start_timestamp_seconds gauge
hopperband_run_start_timestamp_seconds{node_id="n"} 10
# HELP hopperband_users Running users.
# TYPE hopperband_users gauge
hopperband_users{node_id="n",user_class="Shopper"} 3
# HELP hopperband_users_abandoned Users that ignored their forced end: they count no more, but are still there.
# TYPE hopperband_users_abandoned gauge
hopperband_users_abandoned{node_id="n",user_class="Shopper"} 1
# HELP hopperband_users_target Users that the master wants of this worker.
# TYPE hopperband_users_target gauge
hopperband_users_target{node_id="n",user_class="Shopper"} 5
# HELP hopperband_worker_info The worker, always 1.
# TYPE hopperband_worker_info gauge
hopperband_worker_info{hostname="host",index="3",node_id="n",version="v1.2.3"} 1
# HELP hopperband_worker_state State of the worker: 1 for the present one.
# TYPE hopperband_worker_state gauge
hopperband_worker_state{node_id="n",state="connecting"} 0
hopperband_worker_state{node_id="n",state="quitting"} 0
hopperband_worker_state{node_id="n",state="ready"} 0
hopperband_worker_state{node_id="n",state="running"} 1
hopperband_worker_state{node_id="n",state="spawning"} 0
hopperband_worker_state{node_id="n",state="stopping"} 0
`, "exceptions_total", "iterations_missed_total", "master_heartbeat_timestamp_seconds", "messages_total",
		"run_end_timestamp_seconds", "run_info", "run_start_timestamp_seconds", "users", "users_abandoned", "users_target",
		"worker_info", "worker_state")
}

func TestLinkAndSchedule(t *testing.T) {
	got := text(t, metrics.NewCollector(full("n")))
	for _, want := range []string{
		`hopperband_link_state{node_id="n",state="up"} 1`,
		`hopperband_link_state{node_id="n",state="down"} 0`,
		`hopperband_schedule_lag_seconds_bucket{node_id="n",user_class="Shopper",le="0.001"} 1`,
		`hopperband_schedule_lag_seconds_bucket{node_id="n",user_class="Shopper",le="5"} 2`,
		`hopperband_schedule_lag_seconds_sum{node_id="n",user_class="Shopper"} 3`,
		`hopperband_schedule_lag_seconds_count{node_id="n",user_class="Shopper"} 2`,
	} {
		if !strings.Contains(got, want+"\n") {
			t.Errorf("%s is not in\n%s", want, got)
		}
	}
}

// Before anything has happened there is neither a run nor a heartbeat, and no link where
// there is no master.
func TestNothingYet(t *testing.T) {
	got := text(t, metrics.NewCollector(worker("n", stats.New(stats.Config{}))))
	for _, absent := range []string{"hopperband_run_", "hopperband_master_", "hopperband_link_", "hopperband_messages_", "hopperband_requests_total"} {
		if strings.Contains(got, absent) {
			t.Errorf("%s is in\n%s", absent, got)
		}
	}
}

// Several workers of one process are told apart in one registry, whose rules they keep.
func TestLogicalWorkers(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	for _, id := range []string{"a", "b"} {
		if err := registry.Register(metrics.NewCollector(full(id))); err != nil {
			t.Fatal(err)
		}
	}
	if err := metrics.RegisterProcess(registry, "v1"); err != nil {
		t.Fatal(err)
	}
	if err := metrics.RegisterProcess(registry, "v1"); err != nil {
		t.Errorf("a second time: %v", err)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]int{} // of series
	for _, f := range families {
		names[f.GetName()] = len(f.GetMetric())
	}
	if names["hopperband_worker_info"] != 2 {
		t.Errorf("%d workers, want 2", names["hopperband_worker_info"])
	}
	for _, want := range []string{
		"hopperband_build_info", "hopperband_cpu_ratio", "go_goroutines", "process_cpu_seconds_total",
		"go_sched_latencies_seconds", "go_sched_pauses_total_gc_seconds", "go_cpu_classes_gc_total_cpu_seconds_total",
	} {
		if names[want] == 0 {
			t.Errorf("no %s among %v", want, names)
		}
	}
	if problems, err := testutil.GatherAndLint(registry); err != nil || len(problems) > 0 {
		t.Errorf("promlint: %v, %v", problems, err)
	}
}
