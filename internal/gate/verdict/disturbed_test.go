//go:build !race

package verdict_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/histogram"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/verdict"
)

// A disturbance is by how much whatever runs on a busy machine is late: a part of all
// reactions, by a time in seconds with an exponential distribution.
type disturbance struct{ part, mean float64 }

func (d disturbance) late(r *rand.Rand) float64 {
	if r.Float64() >= d.part {
		return 0
	}
	return d.mean * r.ExpFloat64()
}

// run draws a run of which each request is late three times: when the target gets it, when
// the target has waited, and when the answer is read.
func (d disturbance) run(r *rand.Rand, w world, slower float64) *record.Run {
	run := w.run(r, slower)
	median := math.Log(location*slower) + w.noise*r.NormFloat64()
	lags := make([]float64, run.Total.Requests)
	counts := map[int]int64{}
	for i := range lags {
		lags[i] = d.late(r)
		seconds := math.Exp(median+spread*r.NormFloat64()) + d.late(r) + d.late(r) + d.late(r)
		counts[histogram.Index(seconds)]++
	}
	slices.Sort(lags)
	run.Generator.ScheduleLagP99 = new(lags[len(lags)*99/100])
	run.Generator.ScheduleLagMax = new(lags[len(lags)-1])
	list := make([]histogram.Bucket, 0, len(counts))
	for i, n := range counts {
		list = append(list, histogram.Bucket{Index: i, Count: n})
	}
	run.Total.ResponseTime, _ = histogram.New(list, 0, 0)
	return run
}

// outcomes are the verdicts on so many runs of a version that is slower by a factor, with
// what is known of the generator and without.
func (d disturbance) outcomes(w world, slower float64, histories int) (seeing, blind map[record.Outcome]int) {
	seeing, blind = map[record.Outcome]int{}, map[record.Outcome]int{}
	for i := range histories {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		in := verdict.Input{Limits: verdict.DefaultLimits(), Baseline: w.settings()}
		in.Baseline.NoConfirm = true // one run is enough to cry wolf here
		for range in.Baseline.Runs {
			in.History.Runs = append(in.History.Runs, w.run(r, 1))
		}
		in.Run = d.run(r, w, slower)
		seeing[verdict.Judge(in).Outcome]++
		in.Run.Generator.ScheduleLagP99, in.Run.Generator.ScheduleLagMax = nil, nil
		blind[verdict.Judge(in).Outcome]++
	}
	return seeing, blind
}

// TestDisturbed compares runs on a machine that others have made busy with those of a quiet
// one: a gate that did not know how late its generator was would cry wolf each time.
func TestDisturbed(t *testing.T) {
	const histories = 100
	w := world{noise: 0.03}
	for _, d := range []disturbance{{0.02, 0.02}, {0.15, 0.012}, {0.3, 0.005}, {0.3, 0.05}, {1, 0.02}} {
		seeing, blind := d.outcomes(w, 1, histories)
		slower, _ := d.outcomes(w, 3, histories/5)
		t.Logf("%.0f %% late by %.0f ms: %v, without knowing it %v; three times as slow %v", 100*d.part, 1000*d.mean, seeing, blind, slower)
		if seeing[record.Fail] > 0 {
			t.Errorf("%v: %d of %d unchanged runs fail", d, seeing[record.Fail], histories)
		}
		if d.part*d.mean > 0.0017 && blind[record.Fail] < histories/2 {
			t.Errorf("%v: without the facts %v: the disturbance is none", d, blind)
		}
		if slower[record.Pass] > 0 {
			t.Errorf("%v: a version three times as slow: %v", d, slower)
		}
	}
}
