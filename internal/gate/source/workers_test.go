package source_test

import (
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/hopperband/hopperband/internal/gate/access"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/source"
)

// A worker shows metrics as a real one does, with client_golang's own encoding.
type worker struct {
	requests, missed, resent, bytes *prometheus.CounterVec
	duration, lag                   *prometheus.HistogramVec
	server                          *httptest.Server
}

func startWorker(t *testing.T, node string, native bool) *worker {
	t.Helper()
	registry := prometheus.NewRegistry()
	always := prometheus.Labels{"node_id": node}
	counter := func(name string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, ConstLabels: always}, labels)
		registry.MustRegister(c)
		return c
	}
	times := func(name string, native bool, labels ...string) *prometheus.HistogramVec {
		opts := prometheus.HistogramOpts{Name: name, ConstLabels: always, Buckets: []float64{0.01, 0.1, 1}}
		if native {
			opts.NativeHistogramBucketFactor = 1.03 // schema 5
			opts.NativeHistogramZeroThreshold = prometheus.NativeHistogramZeroThresholdZero
		}
		h := prometheus.NewHistogramVec(opts, labels)
		registry.MustRegister(h)
		return h
	}
	w := &worker{
		requests: counter("hopperband_requests_total", "method", "name", "result"),
		bytes:    counter("hopperband_response_bytes_total", "method", "name"),
		missed:   counter("hopperband_iterations_missed_total", "user_class"),
		resent:   counter("hopperband_requests_resent_total"),
		duration: times("hopperband_request_duration_seconds", native, "method", "name", "result"),
		lag:      times("hopperband_schedule_lag_seconds", false, "user_class"),
	}
	w.resent.WithLabelValues().Add(0)
	cpu := prometheus.NewGauge(prometheus.GaugeOpts{Name: "hopperband_cpu_ratio"})
	cpu.Set(0.25)
	registry.MustRegister(cpu)
	w.server = httptest.NewServer(promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	t.Cleanup(w.server.Close)
	return w
}

func (w *worker) answer(name, result string, seconds float64) {
	w.requests.WithLabelValues("GET", name, result).Inc()
	w.duration.WithLabelValues("GET", name, result).Observe(seconds)
	w.bytes.WithLabelValues("GET", name).Add(100)
}

func sample(t *testing.T, s source.Source) *source.Sample {
	t.Helper()
	got, err := s.Sample(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func newWorkers(t *testing.T, all ...*worker) *source.Workers {
	t.Helper()
	var addresses []string
	for _, w := range all {
		addresses = append(addresses, w.server.URL)
	}
	s, err := source.NewWorkers(addresses, nil, access.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWorkersSince(t *testing.T) {
	a, b := startWorker(t, "a", true), startWorker(t, "b", true)
	s := newWorkers(t, a, b)
	a.answer("/", "success", 9) // before the window
	before := sample(t, s)
	for range 90 {
		a.answer("/", "success", 0.010)
	}
	for range 10 {
		b.answer("/", "failure", 0.100)
	}
	b.answer("/late", "success", 0.5)
	b.requests.WithLabelValues("GET", "/late", "success").Inc() // one without a time
	a.lag.WithLabelValues("Shopper").Observe(0.05)
	a.missed.WithLabelValues("Shopper").Add(3)
	a.resent.WithLabelValues().Add(2)
	totals, err := sample(t, s).Since(before)
	if err != nil {
		t.Fatal(err)
	}
	if f := totals.Total; f.Requests != 102 || f.Failures != 10 || f.NoneRequests != 1 || f.Bytes != 10100 || f.Rate <= 0 {
		t.Errorf("total %+v", f)
	}
	if len(totals.Names) != 2 || totals.Names[0].Name != "/" || totals.Names[0].Requests != 100 || totals.Names[1].Method != "GET" {
		t.Errorf("names %+v", totals.Names)
	}
	for q, want := range map[float64]float64{0.5: 0.010, 0.95: 0.100} {
		if got, _ := totals.Names[0].ResponseTime.Quantile(q); math.Abs(got/want-1) > 0.022 {
			t.Errorf("p%v: %v, want %v", 100*q, got, want)
		}
	}
	if totals.Missed != 3 || totals.Resent != 2 || totals.Lag.Count() != 1 || !totals.Facts {
		t.Errorf("facts %+v", totals)
	}
	if o := s.Origin(); o.Resolution != record.Native || o.Kind != record.SourceWorkers || !strings.HasSuffix(o.Address, "and 1 more") {
		t.Errorf("origin %+v", o)
	}
}

func TestClassicHistograms(t *testing.T) {
	w := startWorker(t, "a", false)
	s := newWorkers(t, w)
	w.answer("/", "success", 0.05)
	before := sample(t, s)
	for range 100 {
		w.answer("/", "success", 0.05)
		w.answer("/", "failure", 0.5)
	}
	totals, err := sample(t, s).Since(before)
	if err != nil {
		t.Fatal(err)
	}
	if s.Origin().Resolution != record.Classic || totals.Total.ResponseTime.Count() != 200 || totals.Total.NoneRequests != 0 {
		t.Errorf("origin %+v, total %+v", s.Origin(), totals.Total)
	}
	// Even spread: the median is the bound between the two buckets.
	if got, _ := totals.Total.ResponseTime.Quantile(0.5); math.Abs(got/0.1-1) > 0.03 {
		t.Errorf("p50 %v, want the bound 0.1", got)
	}
}

// What a worker that is gone had counted stays counted.
func TestLostWorker(t *testing.T) {
	a, b := startWorker(t, "a", true), startWorker(t, "b", true)
	s := newWorkers(t, a, b)
	before := sample(t, s)
	a.answer("/", "success", 0.01)
	b.answer("/", "success", 0.01)
	middle := sample(t, s)
	b.server.Close()
	a.answer("/", "success", 0.01)
	after := sample(t, s)
	if len(after.Workers) != 1 {
		t.Fatalf("workers %v", after.Workers)
	}
	totals, err := after.Merge(middle).Since(before)
	if err != nil || totals.Total.Requests != 3 {
		t.Errorf("total %+v, error %v; want 3 requests", totals, err)
	}
	a.server.Close()
	if _, err := s.Sample(t.Context()); !errors.Is(err, source.ErrUnreachable) {
		t.Errorf("all are gone: error %v", err)
	}
}

func TestCountersBeganAnew(t *testing.T) {
	a := startWorker(t, "a", true)
	a.answer("/", "success", 0.01)
	before := sample(t, newWorkers(t, a))
	if _, err := sample(t, newWorkers(t, startWorker(t, "a", true))).Since(before); err == nil || !strings.Contains(err.Error(), "anew") {
		t.Errorf("error %v", err)
	}
}

func TestNoMetrics(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"HTML":     func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>hello {")) },
		"error":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"empty":    func(http.ResponseWriter, *http.Request) {},
		"of other": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("up 1\n")) },
	} {
		server := httptest.NewServer(handler)
		s, err := source.NewWorkers([]string{server.URL}, nil, access.Config{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Sample(t.Context()); !errors.Is(err, source.ErrUnreachable) {
			t.Errorf("%s: error %v", name, err)
		}
		server.Close()
	}
}

func TestClocks(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
		w.Header().Set("Content-Type", "text/plain; version=0.0.4")
		_, _ = w.Write([]byte("hopperband_requests_resent_total{node_id=\"a\"} 0\n"))
	}))
	defer server.Close()
	s, err := source.NewWorkers([]string{server.URL}, nil, access.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if got := sample(t, s).Clocks[server.URL]; (got - time.Hour).Abs() > 10*time.Second {
		t.Errorf("the clock is %v before ours, want an hour", got)
	}
}

// What a worker cannot have counted is no figure, and nothing panics.
func TestImpossibleCounts(t *testing.T) {
	for _, series := range []string{
		`hopperband_requests_total{node_id="a",method="GET",name="/"} NaN`,
		`hopperband_requests_total{node_id="a",method="GET",name="/"} -1`,
		`hopperband_requests_total{node_id="a",method="GET",name="/"} 1e300`,
		`hopperband_iterations_missed_total{node_id="a"} +Inf`,
		`hopperband_cpu_ratio NaN`,
	} {
		s := newWorkers(t, &worker{server: serveText(t, series+"\n")})
		if _, err := s.Sample(t.Context()); !errors.Is(err, source.ErrUnreachable) || !strings.Contains(err.Error(), "hopperband_") {
			t.Errorf("%s: error %v", series, err)
		}
	}
	s := newWorkers(t, &worker{server: serveText(t, "other_ratio NaN\nhopperband_requests_resent_total{node_id=\"a\"} 0\n")})
	if got := sample(t, s); len(got.Workers) != 1 {
		t.Errorf("a metric of others: %+v", got)
	}
}

// A request without method and name is not all requests together.
func TestEmptyName(t *testing.T) {
	s := newWorkers(t, &worker{server: serveText(t, "hopperband_requests_total{node_id=\"a\",method=\"\",name=\"\",result=\"success\"} 3\n")})
	totals, err := sample(t, s).Since(&source.Sample{At: time.Now().Add(-time.Second)})
	if err != nil || len(totals.Names) != 1 || totals.Names[0].Total() || totals.Names[0].Requests != 3 || !totals.Total.Total() {
		t.Errorf("%+v, %v", totals, err)
	}
}

func serveText(t *testing.T, text string) *httptest.Server {
	t.Helper()
	return serve(t, func() string { return text })
}

func serve(t *testing.T, text func() string) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4")
		_, _ = w.Write([]byte(text()))
	}))
	t.Cleanup(server.Close)
	return server
}
