//go:build stack

package stack

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/api"
	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
)

const step = 5 * time.Second // the scrape interval of workers

// prometheus is the client of the stack's Prometheus.
func (s *scene) prometheus() promv1.API {
	s.t.Helper()
	client, err := api.NewClient(api.Config{Address: "http://127.0.0.1:9090"})
	s.ok(err)
	return promv1.NewAPI(client)
}

// value is the only value that an expression has now.
func (s *scene) value(expr string) (float64, error) {
	found, _, _, err := s.prometheus().Query(s.ctx, expr, time.Now())
	if err != nil {
		return 0, fmt.Errorf("%s: %w", expr, err)
	}
	v, ok := found.(model.Vector)
	if !ok || len(v) != 1 {
		return 0, fmt.Errorf("%s: %v, want one value", expr, found)
	}
	return float64(v[0].Value), nil
}

// becomes waits until an expression has a value.
func (s *scene) becomes(expr string, want float64) {
	s.t.Helper()
	s.eventually(fmt.Sprintf("%s is %v", expr, want), func() error {
		got, err := s.value(expr)
		if err == nil && got != want {
			err = fmt.Errorf("%s: %v", expr, got)
		}
		return err
	})
}

// answered reports whether a panel's query has data, other than NaN.
func (s *scene) answered(q Query) error {
	var found model.Value
	var err error
	now := time.Now()
	if q.Instant {
		found, _, _, err = s.prometheus().Query(s.ctx, q.Filled(), now)
	} else {
		found, _, _, err = s.prometheus().QueryRange(s.ctx, q.Filled(), promv1.Range{Start: now.Add(-5 * time.Minute), End: now, Step: step})
	}
	if err != nil {
		return fmt.Errorf("%s: %s: %w in %s", q.Board, q.Panel, err, q.Filled())
	}
	if !slices.ContainsFunc(values(found), func(v model.SampleValue) bool { return !math.IsNaN(float64(v)) }) {
		return fmt.Errorf("%s: %s: no data for %s", q.Board, q.Panel, q.Filled())
	}
	return nil
}

// values are all that a query has found; a native histogram is its number of observations.
func values(found model.Value) (all []model.SampleValue) {
	switch found := found.(type) {
	case model.Vector:
		for _, sample := range found {
			all = append(all, sample.Value)
		}
	case model.Matrix:
		for _, series := range found {
			for _, sample := range series.Values {
				all = append(all, sample.Value)
			}
			for _, sample := range series.Histograms {
				all = append(all, model.SampleValue(sample.Histogram.Count))
			}
		}
	}
	return all
}

// A notice is an alert that has reached the webhook.
type notice struct {
	Receiver string            `json:"receiver"`
	Path     string            `json:"path"`
	Status   string            `json:"status"`
	Labels   map[string]string `json:"labels"`
}

// notices are all that the webhook has printed.
func (s *scene) notices() (all []notice) {
	s.t.Helper()
	for line := range strings.Lines(s.compose("logs", "--no-log-prefix", "webhook")) {
		var n notice
		if json.Unmarshal([]byte(line), &n) == nil && n.Status != "" {
			all = append(all, n)
		}
	}
	return all
}

// notified waits until an alert has reached the webhook by way of a receiver.
func (s *scene) notified(status, alert, receiver string) {
	s.t.Helper()
	s.eventually(alert+" "+status+" at "+receiver, func() error {
		var heard []string
		for _, n := range s.notices() {
			if n.Status == status && n.Labels["alertname"] == alert && n.Receiver == receiver {
				return nil
			}
			heard = append(heard, n.Receiver+": "+n.Labels["alertname"]+" "+n.Status)
		}
		return fmt.Errorf("the webhook has heard %q", heard)
	})
}

// firing waits until Prometheus says that an alert fires.
func (s *scene) firing(alert string) {
	s.t.Helper()
	s.eventually(alert+" fires", func() error {
		found, err := s.prometheus().Alerts(s.ctx)
		if err != nil {
			return err
		}
		var others []string
		for _, a := range found.Alerts {
			if string(a.Labels["alertname"]) == alert && a.State == promv1.AlertStateFiring {
				return nil
			}
			others = append(others, string(a.Labels["alertname"])+" "+string(a.State))
		}
		return fmt.Errorf("there are %q", others)
	})
}
