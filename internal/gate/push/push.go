// Package push writes the verdict of a run to Prometheus, once at its end, so that dashboards
// and alerts show the decision that the pipeline does.
package push

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/metrics"
)

// mostChecks is how many checks are written at most, those that failed first: each is a few
// series.
const mostChecks = 500

// Job is the label job of all that is written.
const Job = "hopperband_gate"

// Config says where to. ClientConfig is a file with authentication and TLS in Prometheus's
// format, as workers have it; empty is neither.
type Config struct{ URL, ClientConfig string }

// Push writes what Collect has by remote write. The error tells no secret.
func (c Config) Push(ctx context.Context, run *record.Run) error {
	registry := prometheus.NewRegistry()
	if err := registry.Register(verdict{run}); err != nil {
		return fmt.Errorf("push: %w", err)
	}
	r, err := metrics.NewRemote(metrics.RemoteConfig{
		URL: c.URL, ClientConfig: c.ClientConfig, Gatherer: registry, Labels: map[string]string{"job": Job},
	})
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	if err := r.Push(ctx); err != nil {
		return fmt.Errorf("push: %w", err)
	}
	return nil
}

// A verdict is that of a run, as metrics.
type verdict struct{ run *record.Run }

// Describe describes nothing: which checks there are is the run's.
func (verdict) Describe(chan<- *prometheus.Desc) {}

// Collect sends the verdict, what the run was of, and each check's value and limits. The
// labels plan, environment and branch are everywhere: runs of one of each are one series
// over time.
func (v verdict) Collect(ch chan<- prometheus.Metric) {
	id, judged := v.run.Identity, v.run.Verdict
	send := func(name, help string, value float64, labels prometheus.Labels) {
		labels["plan"], labels["environment"], labels["branch"] = v.run.Plan.Name, id.Environment, id.Branch
		for key, text := range labels {
			labels[key] = record.Plain(text)
		}
		ch <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, help, nil, labels), prometheus.GaugeValue, value)
	}
	for _, o := range []struct {
		label   string
		outcome record.Outcome
	}{{"pass", record.Pass}, {"fail", record.Fail}, {"invalid", record.Invalid}} {
		send("hopperband_run_verdict", "1 for how the last run was judged, 0 for the others.", truth(judged.Outcome == o.outcome), prometheus.Labels{"verdict": o.label})
	}
	send("hopperband_run_timestamp_seconds", "When a run ended, as Unix time; a series for each run.", float64(id.Ended.UnixMilli())/1000, prometheus.Labels{
		"run_id": v.run.ID, "tested_version": id.Version, "commit": id.Commit, "build": id.Build, "verdict": strings.ToLower(string(judged.Outcome)),
	})
	for _, c := range shown(judged.Checks) {
		labels := func() prometheus.Labels {
			return prometheus.Labels{"kind": string(c.Kind), "check": c.Check, "method": c.Method, "name": c.Name, "figure": c.Figure}
		}
		if c.Result != record.Unknown {
			send("hopperband_check_passed", "1 if the check passed in the last run.", truth(c.Result == record.Passed), labels())
		}
		for _, one := range []struct {
			name, help string
			value      *float64
		}{
			{"hopperband_check_value", "What the last run showed, in base units.", c.Seen},
			{"hopperband_check_limit", "What was allowed, in base units.", c.Allowed},
			{"hopperband_baseline_value", "The median of the runs that it was compared with, in base units.", c.Expected},
		} {
			if one.value != nil {
				send(one.name, one.help, *one.value, labels())
			}
		}
	}
}

// shown are the checks that decide and those of the total, each once.
func shown(checks []record.Check) []record.Check {
	type key struct {
		kind                        record.CheckKind
		check, method, name, figure string
	}
	seen := map[key]bool{}
	var all []record.Check
	for _, c := range checks {
		k := key{c.Kind, record.Plain(c.Check), record.Plain(c.Method), record.Plain(c.Name), c.Figure}
		if (c.Decides || c.Method == "" && c.Name == "") && !seen[k] {
			seen[k] = true
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b record.Check) int {
		return cmp.Compare(truth(b.Result == record.Failed), truth(a.Result == record.Failed))
	})
	return all[:min(len(all), mostChecks)]
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
