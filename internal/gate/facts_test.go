package gate

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/histogram"
	"github.com/hopperband/hopperband/internal/gate/locust"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/source"
)

func view(users int, states ...string) *locust.Stats {
	s := &locust.Stats{Users: users}
	for i, state := range states {
		s.Workers = append(s.Workers, locust.Worker{ID: string(rune('a' + i)), State: state})
	}
	return s
}

func TestFacts(t *testing.T) {
	f := newFacts(2)
	f.start(view(0, "ready", "ready", "missing"))
	f.see(view(4, "running", "running"), false)
	f.see(view(10, "running", "running"), true)
	f.see(view(8, "running", "missing", "running"), true) // one lost, one new
	f.see(view(10, "running", "running", "running"), true)
	half, most := 0.5, 0.9
	f.sample(&source.Sample{CPU: &most}, false)
	f.sample(&source.Sample{CPU: &half}, true)
	whole := &source.Totals{Resent: 3, Unreported: 1, Interrupted: 2, Facts: true}
	plateau := &source.Totals{Missed: 7, Facts: true}
	plateau.Lag.Observe(0.02)
	plateau.CPUWaitP99 = &source.Bucket{Above: 0.1, UpTo: math.Inf(1)}
	f.wakeUps.Observe(0.03)
	for _, seconds := range []float64{0.01, 0.2, 0.05} {
		var lag histogram.Histogram
		lag.Observe(seconds)
		f.interval(lag)
	}
	g := f.generator(10, plateau, whole)
	if g.WorkersExpected != 2 || g.WorkersSeen != 3 || g.WorkersLost != 1 || g.UsersReached != 8 || *g.CPUMax != 0.5 ||
		*g.MissedIterations != 7 || *g.Resent != 3 || len(g.ClockSteps) != 0 {
		t.Errorf("generator %+v", g)
	}
	if worst := g.LateWorst(); math.Abs(worst-0.2) > 0.005 {
		t.Errorf("late by %v in the worst interval, want 0.2", worst)
	}
	if p99, late := *g.ScheduleLagP99, g.LateP99(); math.Abs(p99-0.02) > 0.001 || math.Abs(late-0.03) > 0.001 || g.LateMax() < late {
		t.Errorf("schedule lag %v, of all %v up to %v; want that of the gate's own wake-ups", p99, late, g.LateMax())
	}
	if *g.CPUWaitP99 != 0.1 || g.CPUWaitP99Most != nil {
		t.Errorf("generator %+v: want waits for a CPU above 0.1 s, and no end", g)
	}
	plateau.CPUWaitP99.UpTo = 0.2
	if g = f.generator(10, plateau, whole); *g.CPUWaitP99Most != 0.2 {
		t.Errorf("waits for a CPU up to %v, want 0.2", *g.CPUWaitP99Most)
	}
	if g = newFacts(1).generator(10, &source.Totals{Facts: true}, nil); g.ScheduleLagP99 != nil || g.WakeUpLagP99 != nil || *g.MissedIterations != 0 {
		t.Errorf("generator %+v: what was never to start in time cannot be late", g)
	}
	g = f.generator(10, &source.Totals{}, nil)
	if g.MissedIterations != nil || g.ScheduleLagP99 != nil || g.Resent != nil || g.CPUWaitP99 != nil {
		t.Errorf("generator %+v: what no source knows is nil", g)
	}
}

func TestClockSteps(t *testing.T) {
	f := newFacts(1)
	at := func(d time.Duration) *source.Sample {
		return &source.Sample{Clocks: map[string]time.Duration{"w": d}}
	}
	f.sample(at(-time.Second), true)
	f.sample(at(time.Second), true) // within the precision of a header
	f.sample(at(time.Minute), true)
	if want := []string{"w: +59s"}; !slices.Equal(f.steps, want) {
		t.Errorf("steps %q, want %q", f.steps, want)
	}
	f.wall = time.Now().Add(-time.Hour).Round(0) // without a monotonic reading no step can be seen
	f.look()
	if len(f.steps) != 1 {
		t.Errorf("steps %q", f.steps)
	}
}

func TestReconcile(t *testing.T) {
	whole := &source.Totals{Total: record.Figures{Requests: 100, Failures: 5}, Resent: 3, Unreported: 2}
	table := &locust.Table{Total: locust.Row{Requests: 103, Failures: 5}}
	r := reconcile(record.SourceWorkers, whole, table)
	if !r.Compared || r.Requests != [2]int64{100, 103} || r.Failures != [2]int64{5, 5} || r.Explained != 5 {
		t.Errorf("%+v", r)
	}
	for _, r := range []record.Reconciled{
		reconcile(record.SourceMaster, whole, table), reconcile(record.SourceWorkers, nil, table), reconcile(record.SourceWorkers, whole, nil),
	} {
		if r.Compared {
			t.Errorf("%+v: there was nothing to compare", r)
		}
	}
}
