package metrics_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"github.com/hopperband/hopperband/internal/metrics"
	"github.com/hopperband/hopperband/internal/stats"
)

// errTimeout fails a request for its deadline.
var errTimeout = fmt.Errorf("slow: %w", context.DeadlineExceeded)

// worker returns one that counts in s and has done nothing else.
func worker(nodeID string, s *stats.Stats) metrics.Worker {
	return metrics.Worker{
		NodeID: nodeID, Hostname: "host", Version: "v1.2.3", Started: time.Unix(1_700_000_000, 0), Stats: s,
		Status:     func() metrics.Status { return metrics.Status{State: "ready", Index: 3} },
		Classes:    func() []metrics.Class { return nil },
		Exceptions: func() map[string]int64 { return nil },
	}
}

// full returns a worker in the middle of a test.
func full(nodeID string) metrics.Worker {
	w := worker(nodeID, stats.New(stats.Config{}))
	schedule := stats.NewSchedule()
	user := schedule.User()
	user.Started(0, 0)
	user.Started(3*time.Second, 4)
	w.Status = func() metrics.Status {
		return metrics.Status{
			State: "running", Index: 3, Heartbeat: time.Unix(12, 5e8),
			Run: metrics.Run{ID: "r", TestedVersion: "v", Environment: "staging", Started: time.Unix(10, 0)},
		}
	}
	w.Classes = func() []metrics.Class {
		return []metrics.Class{{Name: "Shopper", Running: 3, Target: 5, Abandoned: 1, Schedule: schedule}}
	}
	w.Exceptions = func() map[string]int64 { return map[string]int64{"Shopper": 7} }
	w.Link = func() string { return "up" }
	w.Messages = func() []metrics.Messages {
		return []metrics.Messages{{Type: "ack", Received: 1}, {Type: "stats", Sent: 9}}
	}
	return w
}

// text returns what a scrape of c in the text format shows.
func text(t *testing.T, c prometheus.Collector) string {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(c)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, f := range families {
		if _, err := expfmt.MetricFamilyToText(&b, f); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}
