//go:build integration

package gate

import (
	"errors"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
	"github.com/hopperband/hopperband/internal/gate/record"
)

// prometheus starts one that scrapes the plan's workers and makes it the source, or skips
// the test where there is none, but for CI.
func (s *scene) prometheus(args ...string) *rig.Prometheus {
	s.t.Helper()
	var targets []string
	for _, address := range s.plan["source.workers"].([]string) {
		targets = append(targets, strings.TrimSuffix(strings.TrimPrefix(address, "http://"), "/metrics"))
	}
	p, err := rig.StartPrometheus(s.ctx, rig.PrometheusConfig{Dir: s.dir, Interval: time.Second, Targets: targets, Args: args})
	if errors.Is(err, rig.ErrNoPrometheus) && os.Getenv("CI") != "true" {
		s.t.Skip(err)
	}
	s.ok(err)
	s.watch(p.Process)
	delete(s.plan, "source.workers")
	s.set("source.prometheus", p.URL)
	return p
}

// The figures of a Prometheus are those of the workers, of all of them, and reconcile with
// the master's.
func TestPrometheusAsSource(t *testing.T) {
	for name, test := range map[string]struct {
		args       []string
		resolution record.Resolution
		allowed    float64 // error of the median
	}{
		"native":  {[]string{"--enable-feature=native-histograms"}, record.Native, 0.1},
		"classic": {nil, record.Classic, 1},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "classic" {
				long(t)
			}
			s := newScene(t)
			s.amongOthers()
			s.turn("delay", "400ms")
			s.remote(2)
			s.prometheus(test.args...)
			s.set("run.classes", []string{"Patient"}, "run.users", 60, "run.duration", "8s", "thresholds", []any{"rate > 5/s", "failures < 5%"})
			o := s.gate()
			s.expect(o, 0, record.Pass, "")
			if r := o.run.Reconciled; !r.Compared || r.Kinds[0] != record.SourcePrometheus || r.Requests[0] != r.Requests[1] || r.Requests[0] < 100 {
				t.Errorf("reconciled %+v", r)
			}
			if from := o.run.Sources[0]; from.Resolution != test.resolution || !from.Figures {
				t.Errorf("source %+v, want %s", from, test.resolution)
			}
			exact := s.served(o.run.Window)
			if got, want := o.run.Total.Rate, float64(len(exact))/o.run.Window.Seconds(); math.Abs(got/want-1) > 0.15 {
				t.Errorf("rate %v, the target says %v", got, want)
			}
			want := exact[len(exact)/2]
			if got, _ := o.run.Total.ResponseTime.Quantile(0.5); math.Abs(got/want-1) > test.allowed {
				t.Errorf("p50 %v, the target says %v", got, want)
			}
		})
	}
}

// Classic histograms do not resolve a threshold: that is refused, and the load stops.
func TestTooFineForClassic(t *testing.T) {
	long(t)
	s := newScene(t)
	s.remote(1)
	s.prometheus()
	s.set("thresholds", []any{"p95 < 250ms"}, "run.duration", "60s")
	o := s.gate()
	if o.code != 2 || !contains(o.output, "classic histograms") {
		t.Errorf("exit code %d, want 2 and a message", o.code)
	}
	s.quiet()
}

// A Prometheus that is gone midway is unreachable, and the load stops.
func TestLostPrometheus(t *testing.T) {
	long(t)
	s := newScene(t)
	s.remote(1)
	p := s.prometheus("--enable-feature=native-histograms")
	s.set("run.duration", "10s")
	c := s.begin("gate", "run")
	s.loaded(50)
	p.Kill()
	if o := c.end(); o.code != 7 {
		t.Errorf("exit code %d, want 7", o.code)
	}
	s.quiet()
}
