package tasks_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

func noon() time.Time { return time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC) }

// at returns an iteration that was intended at noon, and started and ended so much later.
func at(started, ended time.Duration) tasks.Iteration {
	return tasks.Iteration{Intended: noon(), Started: noon().Add(started), Ended: noon().Add(ended)}
}

func TestWaitTimes(t *testing.T) {
	const s = time.Second
	for name, tt := range map[string]struct {
		wait   tasks.WaitTime
		it     tasks.Iteration
		lo, hi time.Duration // after noon
	}{
		"constant":                    {tasks.Constant(2 * s), at(0, 3*s), 5 * s, 5 * s},
		"constant none":               {tasks.Constant(0), at(0, 3*s), 3 * s, 3 * s},
		"between":                     {tasks.Between(s, 2*s), at(0, 3*s), 4 * s, 5 * s},
		"between one":                 {tasks.Between(s, s), at(0, 3*s), 4 * s, 4 * s},
		"pacing in time":              {tasks.ConstantPacing(5 * s), at(s, 3*s), 5 * s, 5 * s},
		"pacing does not drift":       {tasks.ConstantPacing(5 * s), at(time.Millisecond, 4*s), 5 * s, 5 * s},
		"pacing does not catch up":    {tasks.ConstantPacing(5 * s), at(0, 17*s), 17 * s, 17 * s},
		"throughput":                  {tasks.ConstantThroughput(0.5), at(0, s), 2 * s, 2 * s},
		"throughput slower than ever": {tasks.ConstantThroughput(1e-300), at(0, s), math.MaxInt64, math.MaxInt64},
		"poisson":                     {tasks.Poisson(10), at(0, 3*s), 3 * s, 13 * s},
	} {
		t.Run(name, func(t *testing.T) {
			for range 1000 {
				if d := tt.wait(tt.it).Sub(noon()); d < tt.lo || d > tt.hi {
					t.Fatalf("%v after noon, want %v to %v", d, tt.lo, tt.hi)
				}
			}
		})
	}
}

func TestBetweenAndPoissonSpread(t *testing.T) {
	for name, wait := range map[string]tasks.WaitTime{
		"between": tasks.Between(500*time.Millisecond, 1500*time.Millisecond),
		"poisson": tasks.Poisson(1),
	} {
		const n = 20_000
		var sum time.Duration
		short := 0
		for range n {
			d := wait(at(0, 0)).Sub(noon())
			sum += d
			if d < 750*time.Millisecond {
				short++
			}
		}
		if mean := sum / n; mean < 950*time.Millisecond || mean > 1050*time.Millisecond {
			t.Errorf("%s: mean %v, want 1s", name, mean)
		}
		want := map[string]float64{"between": 0.25, "poisson": 1 - math.Exp(-0.75)}[name]
		if got := float64(short) / n; math.Abs(got-want) > 0.03 {
			t.Errorf("%s: %.3f are short, want %.3f", name, got, want)
		}
	}
}

// Between(2, 5) is five nanoseconds: the missing unit is named, when the class is checked
// and not by a crash of the program's start.
func TestWaitTimeWithoutUnit(t *testing.T) {
	for want, wait := range map[string]tasks.WaitTime{
		"tasks: Between(2ns, 5ns): 2ns lacks its unit: two seconds are 2*time.Second": tasks.Between(2, 5),
		"Between(0s, 5ns): 5ns lacks its unit":                                        tasks.Between(0, 5),
		"Between(5s, 2s): the second is less than the first":                          tasks.Between(5*time.Second, 2*time.Second),
		"Constant(1ns): 1ns lacks its unit":                                           tasks.Constant(1),
		"Constant(-1s): -1s is negative":                                              tasks.Constant(-time.Second),
		"ConstantPacing(10ns): 10ns lacks its unit":                                   tasks.ConstantPacing(10),
		"ConstantThroughput(0): 0 is no rate above 0":                                 tasks.ConstantThroughput(0),
		"ConstantThroughput(+Inf)":                                                    tasks.ConstantThroughput(math.Inf(1)),
		"Poisson(NaN)":                                                                tasks.Poisson(math.NaN()),
		"Poisson(-1)":                                                                 tasks.Poisson(-1),
	} {
		c := idlers(wait)
		err := tasks.Validate(c)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "panic") {
			t.Errorf("got %v, want %s", err, want)
		}
		// Not checked, it is an exception, and its user ends.
		j := &journal{}
		c.Run(t.Context(), j.driver())
		if len(j.exceptions) != 1 || !strings.Contains(j.exceptions[0], want) {
			t.Errorf("exceptions %q, want %s", j.exceptions, want)
		}
	}
	if err := tasks.Sleep(t.Context(), 2); err == nil || !strings.Contains(err.Error(), "Sleep(2ns): 2ns lacks its unit") {
		t.Errorf("Sleep: %v", err)
	}
	if err := tasks.Sleep(t.Context(), -1); err != nil {
		t.Errorf("Sleep of less than nothing: %v", err)
	}
}
