package report_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/baseline"
	"github.com/hopperband/hopperband/internal/gate/histogram"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/report"
	"github.com/hopperband/hopperband/internal/gate/threshold"
	"github.com/hopperband/hopperband/internal/gate/verdict"
)

// A shop is a target under load.
type shop struct {
	slower  float64 // by what factor
	failing float64 // part of the requests
	names   []string
	cpu     float64
}

func newShop() shop {
	return shop{slower: 1, failing: 0.001, cpu: 0.34, names: []string{
		"GET /", "GET /items", "GET /items/[id]", "POST /cart", "POST /checkout", "GET /search",
	}}
}

const (
	warmUp  = 30
	plateau = 180
)

// run is the n-th run of the shop.
func (s shop) run(n int) *record.Run {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	started := time.Date(2025, 6, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(n) * 7 * time.Hour)
	run := &record.Run{
		Schema: record.Schema, ID: fmt.Sprintf("%s-%016x", started.Format("20060102T150405Z"), n),
		Identity: record.Identity{
			Version: fmt.Sprintf("v1.%d.0", n), Environment: "staging", Branch: "main", DefaultBranch: "main",
			Commit: fmt.Sprintf("%07x", 0x3f2a91c+n*7919), Build: "https://ci.example/builds/" + fmt.Sprint(4100+n),
			Started: started, Ended: started.Add((warmUp + plateau) * time.Second), Gate: "1.0.0",
		},
		Plan: record.Plan{
			Name: "shop", Digest: "9c1d", Users: 200, SpawnRate: 10, WarmUpSeconds: warmUp, DurationSeconds: plateau,
			Workers: 2, Host: "https://shop.example", UserClasses: []string{"Shopper"},
		},
		Window: record.Window{Start: started.Add(warmUp * time.Second), End: started.Add((warmUp + plateau) * time.Second)},
		Generator: record.Generator{
			WorkersExpected: 2, WorkersSeen: 2, UsersWanted: 200, UsersReached: 200, CPUMax: new(s.cpu),
			ScheduleLagP99: new(0.0021), CPUWaitP99: new(0.000917504), CPUWaitP99Most: new(0.01048576), MissedIterations: new(int64(0)), Interrupted: new(int64(3)),
			Resent: new(int64(0)), Unreported: new(int64(0)),
			VersionBefore: fmt.Sprintf("v1.%d.0", n), VersionAfter: fmt.Sprintf("v1.%d.0", n),
		},
	}
	level := s.slower * math.Exp(0.02*r.NormFloat64())
	for i, name := range s.names {
		run.Names = append(run.Names, s.figures(r, name, 0.02*level*(1+float64(i)*0.7), max(1, 4000/(i+1))))
	}
	run.Total = record.Figures{}
	for _, f := range run.Names {
		run.Total = run.Total.Add(f)
	}
	run.Series = s.series(r, level, run.Total.Rate)
	run.Sources = []record.Source{
		{Kind: record.SourceWorkers, Address: "http://worker-1:9646, http://worker-2:9646", Requests: run.Total.Requests, Failures: run.Total.Failures, Figures: true, Resolution: record.Native},
		{Kind: record.SourceMaster, Address: "http://master:8089", Requests: run.Total.Requests, Failures: run.Total.Failures, Resolution: record.Locust},
	}
	run.Reconciled = record.Reconciled{
		Compared: true, Kinds: [2]string{record.SourceWorkers, record.SourceMaster},
		Requests: [2]int64{run.Total.Requests, run.Total.Requests}, Failures: [2]int64{run.Total.Failures, run.Total.Failures},
	}
	return run
}

func (s shop) figures(r *rand.Rand, label string, median float64, requests int) record.Figures {
	f := record.Figures{Name: label, Requests: int64(requests), Bytes: int64(requests) * 2048}
	if _, err := fmt.Sscanf(label, "%s /", &f.Method); err == nil {
		f.Name = label[len(f.Method)+1:]
	}
	counts := make(map[int]int64)
	sum := 0.0
	for range requests {
		seconds := median * math.Exp(0.45*r.NormFloat64())
		counts[histogram.Index(seconds)]++
		sum += seconds
		if r.Float64() < s.failing {
			f.Failures++
		}
	}
	var buckets []histogram.Bucket
	for i, n := range counts {
		buckets = append(buckets, histogram.Bucket{Index: i, Count: n})
	}
	f.ResponseTime, _ = histogram.New(buckets, 0, sum)
	return f.Over(plateau)
}

func (s shop) series(r *rand.Rand, level, rate float64) []record.Point {
	var points []record.Point
	for t := 2; t <= warmUp+plateau; t += 2 {
		users := min(200, t*10)
		noise := math.Exp(0.05 * r.NormFloat64())
		p := record.Point{T: float64(t), Users: users, Rate: rate * float64(users) / 200 * noise}
		p.Failures = p.Rate * s.failing * r.Float64() * 2
		p50 := 0.025 * level * math.Exp(0.04*r.NormFloat64())
		p.P50, p.P95, p.P99 = &p50, new(p50*2.6*noise), new(p50*4.1*math.Exp(0.12*r.NormFloat64()))
		points = append(points, p)
	}
	return points
}

func thresholds(t *testing.T, texts ...string) []threshold.Threshold {
	t.Helper()
	var all []threshold.Threshold
	for _, text := range texts {
		x, err := threshold.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, x)
	}
	return all
}

// judged is the report of the shop's run after so many others that passed.
func judged(t *testing.T, s shop, before int) *report.Report {
	t.Helper()
	in := verdict.Input{
		Run: s.run(before), Limits: verdict.DefaultLimits(), Baseline: baseline.Defaults(),
		Thresholds: thresholds(t, "p95 < 250ms", "p99.9 <= 1s", "failures < 0.5%", "rate > 20/s"),
	}
	in.Thresholds[1].Scope = threshold.Each()
	in.Thresholds[1].Warn = true
	in.History.Why = `no passed run of branch "main"`
	var past []*record.Run
	for n := before - 1; n >= 0; n-- {
		run := newShop().run(n)
		run.Verdict = &record.Verdict{Outcome: record.Pass}
		past = append(past, run)
	}
	if before > 0 {
		in.History = baseline.History{Runs: past[:min(7, before)], Branch: "main"}
	}
	v := verdict.Judge(in)
	in.Run.Verdict = &v
	return report.New(in.Run, past)
}

// samples are reports of each kind.
func samples(t *testing.T) map[string]*report.Report {
	t.Helper()
	slow, broken, saturated := newShop(), newShop(), newShop()
	slow.slower = 1.3
	broken.failing = 0.02
	saturated.cpu = 0.98
	return map[string]*report.Report{
		"pass":       judged(t, newShop(), 12),
		"regression": judged(t, slow, 12),
		"threshold":  judged(t, broken, 12),
		"invalid":    judged(t, saturated, 12),
		"first":      judged(t, newShop(), 0),
	}
}
