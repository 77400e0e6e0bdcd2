//go:build integration

package gate

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/record"
)

func contains(text, part string) bool { return strings.Contains(text, part) }

// served are the times in seconds that the target took itself in a window, sorted.
func (s *scene) served(window record.Window) []float64 {
	s.t.Helper()
	query := url.Values{"from": {window.Start.Format(time.RFC3339Nano)}, "to": {window.End.Format(time.RFC3339Nano)}}
	resp, err := http.Get(s.target.URL + "/record?" + query.Encode())
	s.ok(err)
	defer resp.Body.Close()
	var said struct {
		Forgotten int
		Visits    []struct{ Seconds float64 }
	}
	s.ok(json.NewDecoder(resp.Body).Decode(&said))
	if said.Forgotten > 0 {
		s.t.Fatalf("the target has forgotten %d visits", said.Forgotten)
	}
	var times []float64
	for _, v := range said.Visits {
		times = append(times, v.Seconds)
	}
	slices.Sort(times)
	return times
}

// percentileTries is how often the percentiles are compared: a worker that has to wait at an end
// of the window records there what the target has in it.
const percentileTries = 4

// The percentiles of the gate are those of the target's own record: the workers record what
// the target says that each answer took, so that the difference is that of histogram,
// window and arithmetic.
func TestPercentiles(t *testing.T) {
	for name, test := range map[string]struct {
		delay, jitter string
		allowed       float64
	}{
		"above 1 ms": {"2ms", "20ms", 0.025},
		"below 1 ms": {"0s", "0s", 0.05}, // a pause of the target would take a millisecond at least
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.amongOthers()
			s.turn("delay", test.delay, "jitter", test.jitter)
			s.set("run.classes", []string{"Exact"}, "run.users", 40, "run.duration", "6s")
			for try := 1; ; try++ {
				o := s.gate()
				s.expect(o, 0, record.Pass, "")
				wrong := s.compare(o, "served", func(want float64) float64 { return test.allowed * want })
				if len(wrong) == 0 {
					return
				}
				t.Log(wrong)
				if try == percentileTries {
					t.Fatalf("so %d times", try)
				}
			}
		})
	}
}

// Over the whole path, network and waiting included, the percentiles of the gate are those
// of the target's own record as far as this machine lets the worker read an answer in time: by as
// much as the gate itself woke up late they may be more. Times below a millisecond cannot be
// compared so: the way there and back, a tenth of it and more, is part of a response time and
// none of the target's.
func TestPercentilesOverTheWholePath(t *testing.T) {
	long(t)
	s := aloneScene(t)
	s.turn("delay", "20ms", "jitter", "60ms")
	s.set("run.users", 40, "run.classes", []string{"Exact"}, "run.duration", "20s")
	o := s.undisturbed()
	s.expect(o, 0, record.Pass, "")
	late := *o.run.Generator.WakeUpLagP99
	for _, wrong := range s.compare(o, "asked", func(want float64) float64 { return 0.025*want + late }) {
		t.Error(wrong)
	}
	t.Logf("the gate woke up %.1f ms late (99 of 100)", 1000*late)
}

// compare holds the percentiles of a name against the target's record, and returns what is wrong.
func (s *scene) compare(o outcome, name string, allowed func(want float64) float64) (wrong []string) {
	s.t.Helper()
	exact := s.served(o.run.Window)
	i := slices.IndexFunc(o.run.Names, func(f record.Figures) bool { return f.Name == name })
	if i < 0 || len(exact) < 500 {
		s.t.Fatalf("names %d, %d exact times", i, len(exact))
	}
	seen := o.run.Names[i].ResponseTime
	if n := float64(seen.Count()); math.Abs(n/float64(len(exact))-1) > 0.03 {
		wrong = append(wrong, fmt.Sprintf("%v requests, the target has %d", n, len(exact)))
	}
	for _, q := range []float64{0.5, 0.95, 0.99} {
		got, _ := seen.Quantile(q)
		want := exact[int(math.Ceil(q*float64(len(exact))))-1]
		s.t.Logf("p%v: %.6f, the target says %.6f: %+.2f %%", 100*q, got, want, 100*(got/want-1))
		if math.Abs(got-want) > allowed(want) {
			wrong = append(wrong, fmt.Sprintf("p%v: %v, the target says %v", 100*q, got, want))
		}
	}
	return wrong
}

// The master's statistics are enough where nothing else can be read, to two digits.
func TestMasterAsSource(t *testing.T) {
	long(t)
	s := newScene(t)
	s.turn("delay", "150ms")
	s.remote(1)
	s.set("source.figures", "master", "thresholds", []any{"p95 < 5s"}, "run.duration", "8s")
	delete(s.plan, "source.workers")
	o := s.gate()
	if check := s.begin("gate", "check", "--connect").end(); check.code != 0 || !contains(check.output, "1 workers") {
		t.Errorf("gate check: exit code %d", check.code)
	}
	s.expect(o, 0, record.Pass, "")
	exact := s.served(o.run.Window)
	want := exact[len(exact)/2]
	if got, _ := o.run.Total.ResponseTime.Quantile(0.5); math.Abs(got/want-1) > 0.2 {
		t.Errorf("p50 %v, the target says %v", got, want)
	}
	if len(o.run.Sources) != 1 || o.run.Sources[0].Resolution != record.Locust || o.run.Reconciled.Compared {
		t.Errorf("sources %+v, reconciled %+v", o.run.Sources, o.run.Reconciled)
	}
}

// A threshold that the source cannot resolve is refused before the run.
func TestTooFineThreshold(t *testing.T) {
	long(t)
	s := newScene(t)
	s.remote(1)
	s.set("source.figures", "master", "thresholds", []any{"p95 < 4ms"})
	delete(s.plan, "source.workers")
	o := s.gate()
	counts, err := s.target.Counts(s.ctx)
	s.ok(err)
	if o.code != 2 || counts.Total != 0 || !contains(o.output, "p95 < 4ms") {
		t.Errorf("exit code %d, %d requests; want 2, none, and a message", o.code, counts.Total)
	}
}
