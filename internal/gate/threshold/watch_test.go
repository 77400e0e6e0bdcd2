package threshold_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/threshold"
)

// A run of whole seconds: what a request takes in each.
type secondly []float64

// observe feeds ten requests of each second and returns at which seconds the run was to stop.
func (s secondly) observe(t *testing.T, w *threshold.Watch, name string) []int {
	t.Helper()
	var stops []int
	total := record.Figures{}
	for i, seconds := range s {
		for range 10 {
			if seconds > 0 {
				total.Requests++
				total.ResponseTime.Observe(seconds)
			}
		}
		named := total
		named.Name = name
		stop, err := w.Observe(time.Duration(i+1)*time.Second, time.Duration(i+1)*time.Second, total, []record.Figures{named})
		if err != nil {
			t.Fatal(err)
		}
		if len(stop) > 0 {
			stops = append(stops, i+1)
		}
	}
	return stops
}

func TestSlidingWindow(t *testing.T) {
	// Seconds 4 to 6 are slow: of the whole run they are too few for the median.
	run := secondly{0.1, 0.1, 0.1, 0.4, 0.4, 0.4, 0.1, 0.1, 0.1, 0.1}
	whole, sliding := parsed(t, "p50 < 200ms"), parsed(t, "p50 < 200ms")
	sliding.Window = 3 * time.Second
	w := threshold.NewWatch([]threshold.Threshold{whole, sliding})
	if stops := run.observe(t, w, "/"); stops != nil {
		t.Errorf("stopped at %v, though no threshold does that", stops)
	}
	checks := w.Checks()
	if len(checks) != 1 || checks[0].Result != record.Failed || *checks[0].Seen < 0.39 || *checks[0].Seen > 0.41 {
		t.Fatalf("the worst window: %+v", checks)
	}
	if !strings.Contains(checks[0].Text, "worst 3s") || checks[0].Window != 3 {
		t.Errorf("text %q", checks[0].Text)
	}
	if same := whole.Evaluate(figures("", "", 100, 0, 0.1), nil)[0].Check; checks[0].Check == same {
		t.Errorf("the window and the whole run are both called %q", same)
	}
}

func TestSlidingRateOfASilentTarget(t *testing.T) {
	x := parsed(t, "rate > 5/s")
	x.Window = 3 * time.Second
	w := threshold.NewWatch([]threshold.Threshold{x})
	secondly{0.1, 0.1, 0.1, 0, 0, 0, 0.1}.observe(t, w, "/")
	if c := w.Checks()[0]; c.Result != record.Failed || *c.Seen != 0 {
		t.Errorf("three seconds in which nothing finished: %+v", c)
	}
}

func TestSlidingWithoutData(t *testing.T) {
	x := parsed(t, "p50 < 200ms")
	x.Window = 30 * time.Second
	x.Scope = threshold.Name("", "/never")
	w := threshold.NewWatch([]threshold.Threshold{x})
	secondly{0.1, 0.1}.observe(t, w, "/")
	if c := w.Checks(); len(c) != 1 || c[0].Result != record.NoData || c[0].Name != "/never" {
		t.Errorf("no window at all: %+v", c)
	}
}

func TestAbort(t *testing.T) {
	slow := secondly{0.4, 0.4, 0.4, 0.4, 0.4, 0.4}
	x := parsed(t, "p50 < 200ms")
	x.Abort, x.Grace = true, 4*time.Second
	if stops := slow.observe(t, threshold.NewWatch([]threshold.Threshold{x}), "/"); len(stops) != 3 || stops[0] != 4 {
		t.Errorf("the whole run: stopped at %v, want from second 4 on", stops)
	}
	x.Window, x.Grace = 2*time.Second, 0
	x.Scope = threshold.Each()
	if stops := slow.observe(t, threshold.NewWatch([]threshold.Threshold{x}), "/"); len(stops) == 0 || stops[0] != 2 {
		t.Errorf("a window: stopped at %v, want from second 2 on", stops)
	}
}

func TestWatchOfCountersThatBeganAnew(t *testing.T) {
	x := parsed(t, "count > 1")
	x.Window = time.Second
	w := threshold.NewWatch([]threshold.Threshold{x})
	if _, err := w.Observe(time.Second, time.Second, figures("", "", 50, 0, 0.1), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Observe(2*time.Second, 2*time.Second, figures("", "", 3, 0, 0.1), nil); err == nil || !strings.Contains(err.Error(), "began anew") {
		t.Errorf("fewer requests than before: %v", err)
	}
}

// A Prometheus that scrapes every fifteen seconds has counts that stand still between: a rate
// is of the time over which it was counted, not of that between two questions.
func TestRatesOfASourceThatIsBehind(t *testing.T) {
	whole, sliding, few := parsed(t, "rate > 90/s"), parsed(t, "rate > 90/s"), parsed(t, "rate < 110/s")
	whole.Abort, sliding.Abort, few.Abort = true, true, true
	sliding.Window, few.Window = 20*time.Second, 5*time.Second
	w := threshold.NewWatch([]threshold.Threshold{whole, sliding, few})
	for second := 5; second <= 120; second += 5 {
		scraped := second / 15 * 15
		total := record.Figures{Requests: int64(scraped) * 100}
		at, seen := time.Duration(second)*time.Second, time.Duration(scraped)*time.Second
		if stop, err := w.Observe(at, seen, total, nil); err != nil || len(stop) > 0 {
			t.Errorf("second %d of 100 requests each: stopped by %+v, error %v", second, stop, err)
		}
	}
	for _, c := range w.Checks() {
		if c.Result != record.Passed || *c.Seen != 100 {
			t.Errorf("%s: %+v", c.Check, c)
		}
	}
}
