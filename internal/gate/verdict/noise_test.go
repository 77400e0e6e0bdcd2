//go:build !race

package verdict_test

import (
	"cmp"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/baseline"
	"github.com/hopperband/hopperband/internal/gate/verdict"
)

const seed = 20250601

// TestNoise draws histories of runs of which none, or the new one only, differs from the others
// by more than chance, and counts the verdicts. docs/noise.md has its numbers,
// of NOISE_TIMES=5 as many histories. The race detector would make it forty times slower.
func TestNoise(t *testing.T) {
	tests := []struct {
		name      string
		world     world
		histories int
		least     float64 // part of the verdicts that fail after the confirming run
		most      float64
	}{
		{"3 % noise, unchanged", world{noise: 0.03, slower: 1}, 2000, 0, 0.01},
		{"5 % noise, unchanged", world{noise: 0.05, slower: 1}, 2000, 0, 0.02},
		{"3 % noise, 20 % slower", world{noise: 0.03, slower: 1.2}, 2000, 0.9, 1},
		{"3 % noise, 10 % slower", world{noise: 0.03, slower: 1.1}, 400, 0.4, 1},
		{"5 % noise, 20 % slower", world{noise: 0.05, slower: 1.2}, 400, 0.6, 1},
		{"5 % noise, 50 % slower", world{noise: 0.05, slower: 1.5}, 400, 0.97, 1},
		{"3 % noise, one run before, unchanged", world{noise: 0.03, slower: 1, runs: 1}, 2000, 0, 0.01},
		{"5 % noise, one run before, unchanged", world{noise: 0.05, slower: 1, runs: 1}, 2000, 0, 0.01},
		{"3 % noise, three runs before, unchanged", world{noise: 0.03, slower: 1, runs: 3}, 2000, 0, 0.01},
		{"5 % noise, three runs before, unchanged", world{noise: 0.05, slower: 1, runs: 3}, 2000, 0, 0.02},
		{"5 % noise, five runs before, unchanged", world{noise: 0.05, slower: 1, runs: 5}, 2000, 0, 0.02},
		{"3 % noise, three runs before, 20 % slower", world{noise: 0.03, slower: 1.2, runs: 3}, 400, 0.9, 1},
		{"5 % noise and drift, unchanged", world{noise: 0.05, drift: 0.1, slower: 1}, 100, 0, 0.02},
		{"3 % noise, 9 names decide, unchanged", world{noise: 0.03, slower: 1, names: 9}, 100, 0, 0.01},
		{"5 % noise, 9 names decide, unchanged", world{noise: 0.05, slower: 1, names: 9}, 100, 0, 0.02},
	}
	times, err := strconv.Atoi(cmp.Or(os.Getenv("NOISE_TIMES"), "1"))
	if err != nil {
		t.Fatalf("NOISE_TIMES: %v", err)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			histories := times * test.histories
			first, confirmed := test.world.verdicts(histories)
			t.Logf("%d histories: %.2f %% of the first runs fail, %.2f %% of the verdicts", histories, first*100, confirmed*100)
			if confirmed < test.least || confirmed > test.most {
				t.Errorf("%.2f %% of the verdicts are FAIL, want %.0f %% to %.0f %%", confirmed*100, test.least*100, test.most*100)
			}
		})
	}
}

// verdicts judges a new run against a history of its own, so often, and returns which part of
// the first runs failed, and which part of the verdicts after the run that confirms.
func (w world) verdicts(histories int) (first, confirmed float64) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	workers := runtime.GOMAXPROCS(0)
	for k := range workers {
		wg.Go(func() {
			once, twice := 0, 0
			for i := k; i < histories; i += workers {
				failures := w.failures(rand.New(rand.NewPCG(seed, uint64(i))))
				once += min(1, failures)
				twice += failures / 2
			}
			mu.Lock()
			defer mu.Unlock()
			first += float64(once) / float64(histories)
			confirmed += float64(twice) / float64(histories)
		})
	}
	wg.Wait()
	return first, confirmed
}

// failures judges one new run, and a second if that fails: 0, 1 or 2 of them fail.
func (w world) failures(r *rand.Rand) int {
	in := verdict.Input{Limits: verdict.DefaultLimits(), Baseline: w.settings()}
	for range cmp.Or(w.runs, in.Baseline.Runs) {
		in.History.Runs = append(in.History.Runs, w.run(r, 1))
	}
	in.Run = w.run(r, w.slower)
	v := verdict.Judge(in)
	if v.ExitCode != verdict.ExitRegression {
		return 0
	}
	in.Run.Verdict = &v
	in.First, in.Run = in.Run, w.run(r, w.slower)
	if verdict.Judge(in).ExitCode != verdict.ExitRegression {
		return 1
	}
	return 2
}

func (w world) settings() baseline.Settings {
	s := baseline.Defaults()
	for i := range w.names {
		s.Deciding = append(s.Deciding, nameOf(i))
	}
	return s
}
