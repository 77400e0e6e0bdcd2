package figure

import (
	"slices"
	"testing"

	"github.com/hopperband/hopperband/bench/internal/record"
	"github.com/hopperband/hopperband/bench/internal/result"
)

func TestGoals(t *testing.T) {
	const ours = result.Ours
	few := result.Saturation{Users: 100, Windows: []result.Window{w(ours, 60), w("wrk", 100), w(ours, 60), w("nethttp", 50), w(ours, 60)}}
	many := w(ours, 51)
	many.Users, many.Memory = 10_100, many.Memory+10_000*17<<10
	growth := result.Growth{Few: 100, Windows: []result.Window{w(ours, 60), many, w(ours, 60)}}
	run := func(goal, p50, p99 float64) result.TimesRun {
		return result.TimesRun{Goal: goal, Window: result.Window{
			Peer: ours, Told: &record.Summary{P50: p50, P99: p99}, True: &record.Summary{P50: 10, P99: 12},
		}}
	}
	times := result.Times{Runs: []result.TimesRun{run(0.5, 10.125, 14), run(0.8, 9.75, 13), run(0.4, 1, 1)}}
	want := []string{
		"NOT MET  ours ÷ nethttp, 100 users: 1.20, at least 1.50",
		"met      ours ÷ wrk, 100 users: 0.60, at least 0.60",
		"met      10100 users ÷ 100 users: 0.85, at least 0.85",
		"NOT MET  KiB for each user, 10100 users: 17.0, at most 16.0",
		"met      error of p50, in ms, at 50 % of its core: 0.12, at most 0.15",
		"NOT MET  error of p99, in ms, at 50 % of its core: 2.00, at most 0.90",
		"NOT MET  error of p50, in ms, at 80 % of its core: 0.25, at most 0.20",
		"met      error of p99, in ms, at 80 % of its core: 1.00, at most 1.60",
	}
	var got []string
	for _, g := range Goals([]result.Saturation{few}, growth, times) {
		got = append(got, g.String())
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if none := Goals(nil, result.Growth{}, result.Times{}); len(none) != 0 {
		t.Errorf("goals of no results: %v", none)
	}
}
