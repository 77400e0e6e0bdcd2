package locust_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/locust"
)

// What masters answer, shortened.
const (
	stats247 = `{"current_fail_per_sec": 0.5, "current_response_time_percentiles": {"response_time_percentile_0.5": 10},
		"current_rps": 20.5, "errors": [], "fail_ratio": 0.1, "state": "running", "total_rps": 19.1,
		"stats": [
			{"avg_content_length": 11.5, "avg_response_time": 12.5, "max_response_time": 40, "median_response_time": 10,
			 "method": "GET", "min_response_time": 1, "name": "/items", "num_failures": 2, "num_requests": 20,
			 "response_time_percentile_0.95": 33, "response_time_percentile_0.99": 40.0},
			{"avg_content_length": 11.5, "avg_response_time": 12.5, "max_response_time": 40, "median_response_time": 10,
			 "method": null, "min_response_time": 1, "name": "Aggregated", "num_failures": 2, "num_requests": 20,
			 "response_time_percentile_0.95": 33, "response_time_percentile_0.99": 40.0}],
		"user_count": 5, "worker_count": 1,
		"workers": [{"cpu_usage": 3.5, "id": "a_1", "memory_usage": 9, "state": "running", "user_count": 5},
		            {"cpu_usage": 0, "id": "b_2", "memory_usage": 9, "state": "missing", "user_count": 0}]}`
	stats229 = `{"errors": [], "fail_ratio": 0, "state": "ready", "total_rps": 1.5, "user_count": 0, "workers": [], "worker_count": 0,
		"stats": [{"method": "", "name": "Aggregated", "num_requests": 0, "num_failures": 0, "avg_response_time": 0.0}]}`
)

func TestStats(t *testing.T) {
	_, m := serve(t, map[string]string{"GET /stats/requests": stats247}, locust.Config{})
	got, err := m.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	entry := locust.Entry{
		Method: "GET", Name: "/items", Requests: 20, Failures: 2,
		Mean: 0.0125, Min: 0.001, Max: 0.04, P50: 0.01, P95: 0.033, P99: 0.04, Length: 11.5,
	}
	total := entry
	total.Method, total.Name = "", "Aggregated"
	want := &locust.Stats{
		State: "running", Users: 5, RPS: 20.5, Failing: 0.5, Entries: []locust.Entry{entry}, Total: total,
		Workers: []locust.Worker{{ID: "a_1", State: "running", Users: 5, CPU: 3.5}, {ID: "b_2", State: "missing"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got.Present() != 1 || !got.Running() {
		t.Errorf("present %d, running %t; want 1 and true", got.Present(), got.Running())
	}
}

func TestStatsOfOlderMasters(t *testing.T) {
	_, m := serve(t, map[string]string{"GET /stats/requests": stats229}, locust.Config{})
	s, err := m.Stats(t.Context())
	if err != nil || s.RPS != 1.5 || s.Running() || s.Present() != 0 {
		t.Errorf("%+v, error %v", s, err)
	}
}

func TestStatsRefused(t *testing.T) {
	for body, text := range map[string]string{
		"500 Traceback":           "status 500",
		"<html><h1>Proxy</h1>":    "Proxy",
		`{"state": "ready"}`:      "no statistics",
		`{"state": "ready", "st`:  "no statistics",
		`[]`:                      "no statistics",
		strings.Repeat("ä", 9000): "ä…",
		`{"state": "ready", "stats": [{"name": "Aggregated"}]}`: "--master",
	} {
		_, m := serve(t, map[string]string{"GET /stats/requests": body}, locust.Config{})
		_, err := m.Stats(t.Context())
		if !errors.Is(err, locust.ErrUnreachable) || !strings.Contains(err.Error(), text) || len(err.Error()) > 600 {
			t.Errorf("%.40s: error %v, want %q in it", body, err, text)
		}
	}
}
