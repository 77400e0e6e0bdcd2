package verdict_test

import (
	"strings"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/baseline"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/threshold"
	"github.com/hopperband/hopperband/internal/gate/verdict"
)

// A target that is so slow that users miss their pace is a slow target, not an invalid run:
// unless nothing says that it is slow, or the generator had no CPU left.
func TestMissedPace(t *testing.T) {
	for name, test := range map[string]struct {
		threshold string
		cpu       *float64
		outcome   record.Outcome
		code      int
	}{
		"slow target":     {"avg < 10ms", new(0.2), record.Fail, verdict.ExitThreshold},
		"nothing is slow": {"avg < 10s", new(0.2), record.Invalid, verdict.ExitInvalid},
		"no CPU left":     {"avg < 10ms", new(0.99), record.Invalid, verdict.ExitInvalid},
		"CPU not known":   {"avg < 10ms", nil, record.Invalid, verdict.ExitInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			limit, err := threshold.Parse(test.threshold)
			if err != nil {
				t.Fatal(err)
			}
			total := record.Figures{Requests: 1000}
			for range 1000 {
				total.ResponseTime.Observe(0.5)
			}
			run := &record.Run{Total: total.Over(10)}
			run.Generator = record.Generator{
				WorkersExpected: 1, WorkersSeen: 1, UsersWanted: 10, UsersReached: 10,
				CPUMax: test.cpu, ScheduleLagP99: new(0.4), MissedIterations: new(int64(500)),
			}
			v := verdict.Judge(verdict.Input{
				Run: run, Thresholds: []threshold.Threshold{limit}, Limits: verdict.DefaultLimits(),
				Baseline: baseline.Settings{Off: true},
			})
			if v.Outcome != test.outcome || v.ExitCode != test.code || !strings.Contains(strings.Join(v.Reasons, "\n"), "missed iterations: 50%") {
				t.Errorf("%s, exit code %d: %q; want %s, %d", v.Outcome, v.ExitCode, v.Reasons, test.outcome, test.code)
			}
		})
	}
}
