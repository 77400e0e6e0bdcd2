//go:build integration

package integration

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"

	"github.com/hopperband/hopperband/integration/rig"
	"github.com/hopperband/hopperband/internal/stats"
)

// TestPrometheus: what a real Prometheus has scraped from two workers adds up, name by
// name, to what the master and the target have counted, the last seconds included, and
// also if one worker was cut off for a while. No counter ever falls.
func TestPrometheus(t *testing.T) {
	for name, tt := range map[string]struct{ cut, push bool }{
		"scraped and written": {push: true}, // two of the workers by remote write
		"cut off and resumed": {cut: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testPrometheus(t, tt.cut, tt.push)
		})
	}
}

// scrapeInterval is longer than Prometheus is kept from scraping by a busy machine: a worker
// that ends waits for one that was there within the last two of its intervals.
const scrapeInterval = 3 * time.Second

func testPrometheus(t *testing.T, cut, push bool) {
	s := newScene(t, 3*time.Minute)
	a, b := s.metricsAddress(), s.metricsAddress()
	prom := s.prometheus(rig.PrometheusConfig{
		Interval: scrapeInterval, Targets: []string{a, b}, Args: []string{"--web.enable-remote-write-receiver"},
	})
	argsA, argsB := []string{"--metrics-address", a}, []string{"--metrics-address", b}
	scraped := []string{a, b}
	if push {
		scraped = []string{a}
		argsB = []string{"--metrics-address", "off", "--remote-write-interval", "1s", "--remote-write-url", prom.URL + "/api/v1/write"}
	}
	target := s.target()
	m := s.master(target, rig.MasterConfig{WebUI: true, StopTimeout: 5 * time.Second})
	proxy := s.proxy(m)
	direct := s.worker("direct", m.Addr, append(slices.Clip(argsA), "--run-id", "run-7")...)
	other := s.worker("other", proxy.Addr(), append(slices.Clip(argsB), "--processes", "2")...)
	s.state(m, "ready", 3, 0)
	s.ok(m.API().Swarm(s.ctx, rig.Swarm{Users: 20}))
	if cut {
		_, err := proxy.WaitFrame(s.ctx, hasRequests)
		s.ok(err)
		begun := time.Now()
		proxy.Cut()
		_, err = proxy.WaitFrame(s.ctx, func(f rig.Frame) bool { return f.At.After(begun) && f.From == rig.FromWorker && f.Is("heartbeat") })
		s.ok(err)
	}
	for _, address := range scraped {
		s.scraped(prom, address, 3)
	}
	s.ok(m.API().Stop(s.ctx))
	s.state(m, "stopped", 3, 0)
	records, err := m.API().RequestsCSV(s.ctx)
	s.ok(err)
	s.ok(m.Stop(s.ctx))
	s.endWell(m.Process, direct.Process, other.Process)

	resent := s.sameCounts(prom, m, target)
	s.neverFall(prom)
	s.samePercentiles(prom, target, records, resent > 0)
	s.sameRun(prom)
}

// scraped waits for so many scrapes of the worker at an address.
func (s *scene) scraped(p *rig.Prometheus, address string, n int) {
	s.t.Helper()
	query := fmt.Sprintf(`count_over_time(hopperband_requests_in_flight{instance=%q}[10m]) >= %d`, address, n)
	for len(s.query(p, query)) == 0 {
		select {
		case <-time.After(200 * time.Millisecond):
		case <-s.ctx.Done():
			s.t.Fatal("next to nothing was scraped")
		}
	}
}

// metricsAddress is a free one.
func (s *scene) metricsAddress() string {
	s.t.Helper()
	port, err := rig.FreePort()
	s.ok(err)
	return fmt.Sprintf("127.0.0.1:%d", port)
}

// prometheus starts a Prometheus, or skips the test where there is none, but for CI.
func (s *scene) prometheus(c rig.PrometheusConfig) *rig.Prometheus {
	s.t.Helper()
	c.Dir = s.dir
	p, err := rig.StartPrometheus(s.ctx, c)
	if errors.Is(err, rig.ErrNoPrometheus) && os.Getenv("CI") != "true" {
		s.t.Skip(err)
	}
	s.ok(err)
	s.watch(p.Process)
	return p
}

// ever makes a query of the last value that each series ever had: the workers have gone.
func ever(metric string) string { return "last_over_time(" + metric + "[10m])" }

func (s *scene) query(p *rig.Prometheus, query string) model.Vector {
	s.t.Helper()
	v, err := p.Query(s.ctx, query)
	s.ok(err)
	return v
}

func (s *scene) scalar(p *rig.Prometheus, query string) int64 {
	s.t.Helper()
	v := s.query(p, query)
	if len(v) != 1 {
		s.t.Fatalf("%s: %v, want one value", query, v)
	}
	return int64(v[0].Value)
}

// sameCounts compares the counters at the end, since all of them began at zero. It returns how
// many requests the master may have counted twice.
func (s *scene) sameCounts(p *rig.Prometheus, m *rig.Master, target *rig.Target) (resent int64) {
	s.t.Helper()
	rows, err := m.Rows()
	s.ok(err)
	served, err := target.Counts(s.ctx)
	s.ok(err)
	scraped := map[string]int64{}
	for _, x := range s.query(p, "sum by (method, name) ("+ever("hopperband_requests_total")+")") {
		scraped[fmt.Sprintf("%s %s", x.Metric["method"], x.Metric["name"])] = int64(x.Value)
	}
	if len(scraped) == 0 || len(scraped) != len(rows)-1 || len(scraped) != len(served.Paths) {
		s.t.Errorf("names: %v, master %v, target %v", scraped, rows, served.Paths)
	}
	resent = s.scalar(p, "sum("+ever("hopperband_requests_resent_total")+")")
	for _, row := range rows[:len(rows)-1] {
		name := row.Method + " " + row.Name
		path := strings.NewReplacer("[", "{", "]", "}").Replace(name)
		if row.Name == "/" {
			path += "{$}"
		}
		if n := scraped[name]; n != served.Paths[path] || row.Requests < n || row.Requests > n+resent {
			s.t.Errorf("%s: scraped %d, master %d (%d resent), target %d", name, n, row.Requests, resent, served.Paths[path])
		}
	}
	s.t.Logf("%d names, %d requests of the target, %d of the master, %d resent", len(scraped), served.Total, rows[len(rows)-1].Requests, resent)
	if n := s.scalar(p, "count(count by (node_id) ("+ever("hopperband_worker_info")+"))"); n != 3 {
		s.t.Errorf("%d workers, want one and two in one process", n)
	}
	if n := s.scalar(p, "sum("+ever(`hopperband_request_duration_seconds_count`)+")"); n != served.Total {
		s.t.Errorf("%d response times, %d requests", n, served.Total)
	}
	if n := s.scalar(p, "sum("+ever("hopperband_requests_unreported_total")+")"); n != 0 {
		s.t.Errorf("%d requests unreported", n)
	}
	return resent
}

func (s *scene) neverFall(p *rig.Prometheus) {
	s.t.Helper()
	counters := s.query(p, "group by (__name__) ("+ever(`{__name__=~"hopperband_.+_(total|bucket|count|sum)"}`)+")")
	if len(counters) < 10 {
		s.t.Errorf("counters: %v", counters)
	}
	for _, c := range counters {
		name := string(c.Metric[model.MetricNameLabel])
		if v := s.query(p, "resets("+name+"[10m]) > 0"); len(v) > 0 {
			s.t.Errorf("%s fell: %v", name, v)
		}
	}
}

// samePercentiles compares with what the master makes of the same response times, unless it may
// have some of them twice. They are not less than what the target has seen of its answers: on a
// busy machine they are more.
func (s *scene) samePercentiles(p *rig.Prometheus, target *rig.Target, records [][]string, twice bool) {
	s.t.Helper()
	var truth []float64
	visits, err := target.Visits(s.ctx)
	s.ok(err)
	for _, v := range visits {
		if v.Path == "GET /slow" {
			truth = append(truth, v.Seconds)
		}
	}
	slices.Sort(truth)
	for _, q := range []float64{.5, .9} {
		query := fmt.Sprintf(`histogram_quantile(%g, sum by (le) (%s))`, q, ever(`hopperband_request_duration_seconds_bucket{name="/slow"}`))
		v := s.query(p, query)
		if len(v) != 1 || len(truth) == 0 {
			s.t.Fatalf("%s: %v; %d visits", query, v, len(truth))
		}
		got, want, least := float64(v[0].Value), s.cell(records, "/slow", fmt.Sprintf("%g%%", 100*q))/1000, truth[int(math.Ceil(q*float64(len(truth))))-1]
		s.t.Logf("quantile %g is %.4f s, of the master %.4f s; the target saw %.4f s", q, got, want, least)
		apart := max(bucket(got)-bucket(want), bucket(want)-bucket(got)) > 1
		if apart && !twice || bucket(got) < bucket(least)-1 {
			s.t.Error("they are more than one bucket apart")
		}
	}
}

// cell is a number of a CSV with headings.
func (s *scene) cell(records [][]string, name, heading string) float64 {
	s.t.Helper()
	column := slices.Index(records[0], heading)
	for _, row := range records {
		if column >= 0 && row[1] == name {
			n, err := strconv.ParseFloat(row[column], 64)
			s.ok(err)
			return n
		}
	}
	s.t.Fatalf("no %s of %s in %v", heading, name, records)
	return 0
}

func bucket(seconds float64) int {
	i, _ := slices.BinarySearch(stats.ClassicBounds(), seconds)
	return i
}

func (s *scene) sameRun(p *rig.Prometheus) {
	s.t.Helper()
	if n := s.scalar(p, "count("+ever(`hopperband_run_info{run_id="run-7"}`)+")"); n != 1 {
		s.t.Errorf("%d workers with the run's name, want 1", n)
	}
	took := "max(" + ever("hopperband_run_end_timestamp_seconds") + " - " + ever("hopperband_run_start_timestamp_seconds") + ")"
	if n := s.scalar(p, took); n < 1 || n > 600 {
		s.t.Errorf("the run took %d s", n)
	}
	if v := s.query(p, ever(`hopperband_worker_state{state="quitting"}`)+" == 1"); len(v) != 3 {
		s.t.Errorf("workers whose last state is quitting: %v", v)
	}
}
