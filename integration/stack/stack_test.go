//go:build stack

package stack

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	master  = "http://127.0.0.1:8089"
	target  = "http://127.0.0.1:8080"
	workers = 2
)

// TestStack starts the shipped compose file as it is, with users of its own swapped in by
// the variables for that, and holds what Prometheus, Alertmanager and the dashboards say
// against what happens.
func TestStack(t *testing.T) {
	s := newScene(t, 50*time.Minute) // minutes on a machine that is idle
	t.Run("Dockerfile", s.within((*scene).dockerfile))
	s.env = []string{
		"LOCUSTFILE=" + s.locustfile(), "WORKER_IMAGE=test-worker:1", "WORKER_PULL_POLICY=never",
		"WORKER_FILES=1024", // some machines let nobody have more
	}
	t.Cleanup(s.down)
	s.compose("up", "--wait", "--wait-timeout", "300")
	t.Run("configurations", s.within((*scene).configurations))
	t.Run("counts", s.within((*scene).counts))
	t.Run("percentiles", s.within((*scene).percentiles))
	t.Run("failures", s.within((*scene).failures))
	t.Run("panels", s.within((*scene).panels))
	t.Run("no requests", s.within((*scene).silence))
	t.Run("worker killed", s.within((*scene).killed))
}

// within runs a part of the test on the same stack.
func (s *scene) within(f func(*scene)) func(*testing.T) {
	return func(t *testing.T) {
		part := *s
		part.t = t
		f(&part)
	}
}

// down takes the stack down, and shows its logs first if the test has failed.
func (s *scene) down() {
	if s.t.Failed() {
		if text, err := s.run(filepath.Join(s.bin, "docker-compose"), "--project-directory", root, "logs", "--tail", "40"); err == nil {
			s.t.Log(text)
		}
	}
	s.compose("down", "--volumes")
	if left := s.docker("ps", "--all", "--quiet"); left != "" {
		s.t.Errorf("containers are left: %s", left)
	}
}

// locustfile is what the test's worker prints, with the run metadata of the shipped one.
func (s *scene) locustfile() string {
	s.t.Helper()
	printed, err := exec.CommandContext(s.ctx, filepath.Join(s.bin, "stackworker"), "locustfile").Output()
	s.ok(err)
	_, metadata, found := strings.Cut(read(s.t, "deploy/locust/locustfile.py"), "# What is known of a run")
	if !found {
		s.t.Fatal("deploy/locust/locustfile.py has no run metadata")
	}
	path := filepath.Join(s.dir, "locustfile.py")
	s.ok(os.WriteFile(path, []byte(string(printed)+"\n\n# What is known of a run"+metadata), 0o644)) //nolint:gosec // read by another user
	return path
}

// configurations checks what Prometheus 3 and Alertmanager themselves say of their files,
// and that all workers were found.
func (s *scene) configurations() {
	promtool, amtool := filepath.Join(s.bin, "promtool"), filepath.Join(s.bin, "amtool")
	command(s.t, promtool, "check", "config", root+"/deploy/prometheus/prometheus.yml")
	command(s.t, promtool, append([]string{"test", "rules"}, append(
		glob(s.t, root+"/deploy/prometheus/tests/*.yml"), glob(s.t, root+"/deploy/prometheus/tests/native/*.yml")...)...)...)
	command(s.t, amtool, "check-config", root+"/deploy/alertmanager/alertmanager.yml")
	s.becomes(`count(up{job="hopperband"} == 1)`, workers)
	s.becomes(`sum(hopperband_link_state{state="up"})`, workers)
	s.becomes(`count(up{job!="hopperband"} == 1)`, 2)
}

// counts runs a short test, and wants the same number of everybody: of the target, the
// master, the counters, and the histograms.
func (s *scene) counts() {
	s.swarm("first", "1.0.0")
	s.eventually("the target has answered 1000", func() error { return atLeast(s.served())(1000) })
	s.post(master+"/stop", nil)
	s.becomes(`sum(hopperband_users)`, 0)
	served, err := s.served()
	s.ok(err)
	s.becomes(`sum(hopperband_requests_total)`, float64(served))
	s.becomes(`sum(histogram_count(hopperband_request_duration_seconds))`, float64(served))
	s.becomes(`sum(hopperband_request_duration_seconds_bucket{le="+Inf"})`, float64(served))
	s.eventually("the master has them all", func() error {
		reported, err := s.reported()
		if err == nil && reported != served {
			err = fmt.Errorf("the master has %d, the target has answered %d", reported, served)
		}
		return err
	})
	s.t.Logf("requests: %d of the target, the master, the counters, the histograms", served)
	s.becomes(`count(hopperband_run_info{run_id="first", tested_version="1.0.0", environment="test"})`, workers)
	s.becomes(`count(hopperband_run_end_timestamp_seconds > 0)`, workers)
}

// failures are injected by the target, found by Prometheus, and told by Alertmanager.
func (s *scene) failures() {
	s.swarm("second", "1.1.0")
	s.turn("error-rate", "0.3")
	s.firing("LoadTestErrorBudgetBurn")
	s.notified("firing", "LoadTestErrorBudgetBurn", "webhook")
	s.notified("firing", "LoadTestErrorBudgetBurn", "on-call")
}

// panels asks every query of every dashboard.
func (s *scene) panels() {
	queries, err := Queries(dashboards)
	s.ok(err)
	for _, q := range queries {
		if q.OfGate() { // which writes nothing here: integration/pipelines asks these
			continue
		}
		if err := s.answered(q); err != nil {
			s.t.Error(err)
		}
	}
	s.t.Logf("%d queries of panels", len(queries))
}

// silence: the target takes requests and answers none for a while.
func (s *scene) silence() {
	s.turn("error-rate", "0")
	s.turn("stall", "130s")
	s.firing("LoadTestNoRequests")
	s.notified("firing", "LoadTestNoRequests", "on-call")
	s.notified("resolved", "LoadTestErrorBudgetBurn", "webhook")
	s.notified("resolved", "LoadTestNoRequests", "webhook")
}

// killed: a worker ends without a word, and then the run ends.
func (s *scene) killed() {
	s.docker("kill", s.containers("worker")[0])
	s.firing("LoadTestWorkerDown")
	s.notified("firing", "LoadTestWorkerDown", "on-call")
	s.becomes(`count(up{job="hopperband"})`, workers-1) // discovery has dropped it
	s.post(master+"/stop", nil)
	s.notified("resolved", "LoadTestWorkerDown", "webhook")
	s.eventually("no alert is left", func() error {
		found, err := s.prometheus().Alerts(s.ctx)
		if err == nil && len(found.Alerts) > 0 {
			err = fmt.Errorf("%v", found.Alerts)
		}
		return err
	})
}

// swarm starts a test with the fields that the locustfile adds to the start form.
func (s *scene) swarm(run, version string) {
	s.t.Helper()
	s.post(master+"/swarm", url.Values{
		"user_count": {"20"}, "spawn_rate": {"20"}, "run_id": {run}, "tested_version": {version}, "environment": {"test"},
	})
}

// turn changes what the target does to its users.
func (s *scene) turn(knob, to string) {
	s.t.Helper()
	s.post(target+"/knobs", url.Values{knob: {to}})
}

func (s *scene) post(address string, form url.Values) {
	s.t.Helper()
	answer, err := http.PostForm(address, form)
	s.ok(err)
	defer answer.Body.Close()
	if text, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %s %s %v", address, answer.Status, text, err)
	}
}

// served is how many requests the target has answered.
func (s *scene) served() (int64, error) {
	var count struct{ Total int64 }
	err := page(target+"/count", &count)
	return count.Total, err
}

// reported is how many the master has.
func (s *scene) reported() (int64, error) {
	var stats struct {
		Stats []struct {
			Name        string
			NumRequests int64 `json:"num_requests"`
		}
	}
	if err := page(master+"/stats/requests", &stats); err != nil {
		return 0, err
	}
	for _, entry := range stats.Stats {
		if entry.Name == "Aggregated" {
			return entry.NumRequests, nil
		}
	}
	return 0, errors.New("the master has no sum")
}

func page(address string, into any) error {
	answer, err := http.Get(address) //nolint:gosec // of this stack
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	return json.NewDecoder(answer.Body).Decode(into)
}

func atLeast(n int64, err error) func(int64) error {
	return func(want int64) error {
		if err == nil && n < want {
			return errors.New("not yet: " + fmt.Sprint(n))
		}
		return err
	}
}
