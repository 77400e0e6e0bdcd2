package gate

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/hopperband/hopperband/internal/gate/histogram"
	"github.com/hopperband/hopperband/internal/gate/locust"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/source"
)

const (
	// ourStep is by how much our clock may differ from the time that passed, between two
	// looks at it.
	ourStep = time.Second
	// theirStep is the same of a worker's clock, whose Date header has whole seconds and is
	// as old as the answer was under way.
	theirStep = 3 * time.Second
)

// facts collects what is known of the workers while a run goes on.
type facts struct {
	expected, seen int
	here           map[string]bool // workers at the start
	lost           map[string]bool
	users          int // fewest on the plateau; -1 before
	cpu            *float64
	clocks         map[string]time.Duration
	steps          []string
	wall           time.Time           // our clock at the last look, with its monotonic reading
	lag            *float64            // p99 of the schedule lag in the worst interval of the plateau
	wakeUps        histogram.Histogram // how late the gate woke up on the plateau; none beside workers of other machines
}

func newFacts(expected int) *facts {
	return &facts{
		expected: expected, here: map[string]bool{}, lost: map[string]bool{}, users: -1,
		clocks: map[string]time.Duration{}, wall: time.Now(),
	}
}

// start notes the workers that the load begins with.
func (f *facts) start(s *locust.Stats) {
	for _, w := range s.Workers {
		if w.State != "missing" {
			f.here[w.ID] = true
		}
	}
	f.seen = len(f.here)
}

// see takes the master's view while the load runs; on the plateau the users count.
func (f *facts) see(s *locust.Stats, plateau bool) {
	present := map[string]bool{}
	for _, w := range s.Workers {
		if w.State != "missing" {
			present[w.ID] = true
		}
	}
	f.seen = max(f.seen, len(present))
	for id := range f.here {
		if !present[id] {
			f.lost[id] = true
		}
	}
	if plateau && (f.users < 0 || s.Users < f.users) {
		f.users = s.Users
	}
}

// sample takes what a source said; on the plateau the CPU counts.
func (f *facts) sample(s *source.Sample, plateau bool) {
	if plateau && s.CPU != nil && (f.cpu == nil || *f.cpu < *s.CPU) {
		f.cpu = s.CPU
	}
	for _, address := range slices.Sorted(maps.Keys(s.Clocks)) {
		now := s.Clocks[address]
		if before, known := f.clocks[address]; known && (now-before).Abs() > theirStep {
			f.steps = append(f.steps, fmt.Sprintf("%s: %+.0fs", address, (now-before).Seconds()))
		}
		f.clocks[address] = now
	}
	f.look()
}

// interval takes how late iterations started between two looks at the plateau.
func (f *facts) interval(lag histogram.Histogram) {
	if p99 := quantile(lag, 0.99); p99 != nil && (f.lag == nil || *f.lag < *p99) {
		f.lag = p99
	}
}

// look notes whether our own clock jumped since the last look.
func (f *facts) look() {
	now := time.Now()
	passed, shown := now.Sub(f.wall), now.Round(0).Sub(f.wall.Round(0))
	if step := shown - passed; step.Abs() > ourStep {
		f.steps = append(f.steps, fmt.Sprintf("the gate's clock: %+.1fs", step.Seconds()))
	}
	f.wall = now
}

// generator is what the record says of it: the plateau's lag and missed starts, the whole
// run's other counts.
func (f *facts) generator(wanted int, plateau, whole *source.Totals) record.Generator {
	g := record.Generator{
		WorkersExpected: f.expected, WorkersSeen: f.seen, WorkersLost: len(f.lost),
		UsersWanted: wanted, UsersReached: max(0, f.users), CPUMax: f.cpu, ClockSteps: f.steps,
	}
	if plateau != nil && plateau.Facts {
		g.MissedIterations = &plateau.Missed
		g.ScheduleLagP99, g.ScheduleLagWorst, g.ScheduleLagMax = quantile(plateau.Lag, 0.99), f.lag, quantile(plateau.Lag, 1)
	}
	if plateau != nil && plateau.CPUWaitP99 != nil {
		g.CPUWaitP99, g.CPUWaitP99Most = &plateau.CPUWaitP99.Above, finite(plateau.CPUWaitP99.UpTo)
	}
	g.WakeUpLagP99, g.WakeUpLagMax = quantile(f.wakeUps, 0.99), quantile(f.wakeUps, 1)
	if whole != nil && whole.Facts {
		g.Interrupted, g.Resent, g.Unreported = &whole.Interrupted, &whole.Resent, &whole.Unreported
	}
	return g
}

func finite(seconds float64) *float64 {
	if math.IsInf(seconds, 1) {
		return nil
	}
	return &seconds
}

// quantile is nil where there was nothing: of users without wait times no iteration can be
// late.
func quantile(h histogram.Histogram, q float64) *float64 {
	if v, ok := h.Quantile(q); ok {
		return &v
	}
	return nil
}
