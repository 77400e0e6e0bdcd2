//go:build integration

package pipelines

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/hopperband/hopperband/integration/rig"
)

// TestGitLabPrometheus has three runs write their verdicts to a real Prometheus, and asks it
// what the dashboard and the alerts ask. The last run breaks a threshold: one of a count, since
// what breaks a rate or a time on a busy machine may be the machine.
func TestGitLabPrometheus(t *testing.T) {
	s := newScene(t)
	p, err := rig.StartPrometheus(s.ctx, rig.PrometheusConfig{
		Dir: t.TempDir(), Interval: time.Minute, Targets: []string{"127.0.0.1:1"}, Args: []string{"--web.enable-remote-write-receiver"},
	})
	if os.Getenv("CI") == "" && err != nil && strings.Contains(err.Error(), rig.ErrNoPrometheus.Error()) {
		t.Skip(err)
	}
	s.ok(err)
	t.Cleanup(p.Kill)
	env := []string{"HOPPERBAND_GATE_OUTPUT_REMOTE_WRITE_URL=" + p.URL + "/api/v1/write", "HOPPERBAND_GATE_DURATION=2s"}
	job := gitlab(t, s.dir)[0]
	s.expect(job, env...)
	again := step{"again", "bin/hopperband gate run", nil}
	s.expect(again, env...)
	if code, _ := s.run(again, append(env, "HOPPERBAND_GATE_THRESHOLDS=count > 1000000", "HOPPERBAND_GATE_BASELINE_CONFIRM=false")...); code != 3 {
		t.Errorf("exit code %d of a threshold that cannot hold", code)
	}
	queries := append(panelQueries(t), alertQueries(t)...)
	if len(queries) < 5 {
		t.Errorf("%d queries, want those of the panels and the alerts", len(queries))
	}
	for _, query := range queries {
		found, err := p.Query(s.ctx, query)
		if err != nil || len(found) == 0 {
			t.Errorf("%s: %v, %v", query, found, err)
		}
	}
	found, err := p.Query(s.ctx, `count(last_over_time(hopperband_run_timestamp_seconds[1h]))`)
	if err != nil || len(found) != 1 || found[0].Value < 3 {
		t.Errorf("runs: %v, %v; want three", found, err)
	}
}

func ofGate(expr string) bool {
	return regexp.MustCompile(`hopperband_(run_verdict|run_timestamp_seconds|check_\w+)\b`).MatchString(expr)
}

func panelQueries(t *testing.T) (all []string) {
	text, err := os.ReadFile("../../deploy/grafana/dashboards/hopperband-trends.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	if err := json.Unmarshal(text, &board); err != nil {
		t.Fatal(err)
	}
	for _, panel := range board.Panels {
		for _, target := range panel.Targets {
			if ofGate(target.Expr) {
				all = append(all, strings.ReplaceAll(target.Expr, "$__range", "1h"))
			}
		}
	}
	return all
}

// alertQueries are the alerts' expressions, with a deployment of now plus a day in place of
// the recording rule, so that the test is missing.
func alertQueries(t *testing.T) (all []string) {
	text, err := os.ReadFile("../../deploy/prometheus/rules/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	var rules struct {
		Groups []struct {
			Rules []struct{ Alert, Expr string }
		}
	}
	if err := yaml.Unmarshal(text, &rules); err != nil {
		t.Fatal(err)
	}
	for _, rule := range rules.Groups[0].Rules {
		if ofGate(rule.Expr) {
			all = append(all, strings.NewReplacer(
				"hopperband:deployment_timestamp:seconds", `label_replace(vector(time() + 86400), "environment", "test", "", "")`,
				"scalar(hopperband:load_test_delay_limit:seconds)", "(-2 * 86400)",
			).Replace(rule.Expr))
		}
	}
	return all
}
