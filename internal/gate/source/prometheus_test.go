package source_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/access"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/source"
)

// A scripted Prometheus answers queries for series and for their timestamps.
type scripted struct {
	mu      sync.Mutex
	series  string // of the answer's result
	seen    []time.Time
	warning string
	asked   []string // the time of each query
}

func (p *scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, r.FormValue("time"))
	result := p.series
	if strings.Contains(r.FormValue("query"), "timestamp(") {
		seen := p.seen[0]
		if len(p.seen) > 1 {
			p.seen = p.seen[1:]
		}
		result = fmt.Sprintf(`{"metric":{"node_id":"a"},"value":[1,"%d"]}`, seen.Unix())
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[%s]},"warnings":[%s]}`, result, p.warning)
}

func servePrometheus(t *testing.T, handler http.Handler) *source.Prometheus {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	s, err := source.NewPrometheus(server.URL, `{job="hopperband"}`, access.Config{Password: "pa55"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const counters = `
	{"metric":{"__name__":"hopperband_requests_total","node_id":"a","method":"GET","name":"/","result":"success"},"value":[1,"8"]},
	{"metric":{"__name__":"hopperband_requests_total","node_id":"a","method":"GET","name":"/","result":"failure"},"value":[1,"2"]},
	{"metric":{"__name__":"hopperband_cpu_ratio","instance":"x"},"value":[1,"0.5"]}`

func TestPrometheusNative(t *testing.T) {
	p := &scripted{seen: []time.Time{time.Unix(1000, 0)}, series: counters + `,
		{"metric":{"__name__":"hopperband_request_duration_seconds","node_id":"a","method":"GET","name":"/","result":"success"},
		 "histogram":[1,{"count":"8","sum":"0.1","buckets":[[0,"0.9786","1","8"]]}]}`}
	p.series = strings.Replace(p.series, "0.9786", fmt.Sprint(math.Exp2(-1.0/32)), 1)
	s := servePrometheus(t, p)
	got := sample(t, s)
	totals, err := got.Since(&source.Sample{At: time.Unix(990, 0)})
	if err != nil {
		t.Fatal(err)
	}
	f := totals.Total
	if f.Requests != 10 || f.Failures != 2 || f.NoneRequests != 2 || f.Rate != 1 || f.ResponseTime.Count() != 8 {
		t.Errorf("total %+v, want 10 requests in the 10 s until the scrape", f)
	}
	if p50, _ := f.ResponseTime.Quantile(0.5); p50 < 0.97 || p50 > 1 {
		t.Errorf("p50 %v", p50)
	}
	if *got.CPU != 0.5 || s.Origin().Resolution != record.Native {
		t.Errorf("CPU %v, origin %+v", *got.CPU, s.Origin())
	}
	for _, at := range p.asked {
		if at == "" {
			t.Error("a query without a time")
		}
	}
}

func TestPrometheusClassic(t *testing.T) {
	bucket := func(le string, n int) string {
		return fmt.Sprintf(`,{"metric":{"__name__":"hopperband_request_duration_seconds_bucket","node_id":"a","method":"GET","name":"/",
			"result":"success","le":"%s"},"value":[1,"%d"]}`, le, n)
	}
	s := servePrometheus(t, &scripted{
		seen:   []time.Time{time.Unix(1000, 0)},
		series: strings.Replace(counters, `"8"`, `"8000"`, 1) + bucket("+Inf", 8000) + bucket("0.1", 4000) + bucket("0.2", 8000),
	})
	totals, err := sample(t, s).Since(&source.Sample{At: time.Unix(990, 0)})
	if err != nil {
		t.Fatal(err)
	}
	if p50, _ := totals.Total.ResponseTime.Quantile(0.5); math.Abs(p50/0.1-1) > 0.03 || s.Origin().Resolution != record.Classic {
		t.Errorf("p50 %v, origin %+v", p50, s.Origin())
	}
}

func TestPrometheusAfter(t *testing.T) {
	now := time.Now()
	p := &scripted{seen: []time.Time{now.Add(-5 * time.Second), now.Add(time.Hour)}, series: counters}
	var failed atomic.Bool // a query that fails ends no wait
	got, err := servePrometheus(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if failed.CompareAndSwap(false, true) {
			http.Error(w, "too busy", http.StatusServiceUnavailable)
			return
		}
		p.ServeHTTP(w, r)
	})).After(t.Context(), now)
	if err != nil || got.Workers["a"].At.Before(now) {
		t.Errorf("%+v, error %v; want a scrape after that time", got, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := servePrometheus(t, p).After(ctx, now.Add(2*time.Hour)); err == nil {
		t.Error("no error when it was cancelled")
	}
}

func TestPrometheusRefused(t *testing.T) {
	text := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	for name, test := range map[string]struct {
		handler http.Handler
		want    string
	}{
		"nothing":            {&scripted{seen: []time.Time{time.Now()}}, `no metrics of workers with {job="hopperband"}`},
		"in part":            {&scripted{series: counters, seen: []time.Time{time.Now()}, warning: `"one store did not answer"`}, "only in part: one store"},
		"error":              {text(503, "overload pa55"), "cannot be reached"},
		"HTML":               {text(200, "<html>Sign in</html>"), "cannot be reached"},
		"bad query":          {text(400, `{"status":"error","errorType":"bad_data","error":"parse error"}`), "parse error"},
		"matrix":             {text(200, `{"status":"success","data":{"resultType":"matrix","result":[]}}`), "not a vector"},
		"bad bucket":         {&scripted{seen: []time.Time{time.Now()}, series: `{"metric":{"__name__":"hopperband_request_duration_seconds","node_id":"a"},"histogram":[1,{"count":"8","sum":"1","buckets":[[0,"0.5","1","8"]]}]}`}, "wanted is schema 5"},
		"bucket without end": {&scripted{seen: []time.Time{time.Now()}, series: `{"metric":{"__name__":"hopperband_request_duration_seconds","node_id":"a"},"histogram":[1,{"count":"8","sum":"1","buckets":[[0,"0.5","+Inf","8"]]}]}`}, "wanted is schema 5"},
	} {
		_, err := servePrometheus(t, test.handler).Sample(t.Context())
		if !errors.Is(err, source.ErrUnreachable) || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "pa55") {
			t.Errorf("%s: error %v, want %q", name, err, test.want)
		}
	}
}

// One worker is scraped with native histograms, another with classic ones: neither is lost,
// and the coarser of them says what can be told.
func TestPrometheusOfBothKinds(t *testing.T) {
	p := &scripted{seen: []time.Time{time.Unix(1000, 0)}, series: fmt.Sprintf(`
		{"metric":{"__name__":"hopperband_request_duration_seconds","node_id":"a","name":"/"},
		 "histogram":[1,{"count":"8","sum":"8","buckets":[[0,"%v","1","8"]]}]},
		{"metric":{"__name__":"hopperband_request_duration_seconds_bucket","node_id":"a","name":"/","le":"+Inf"},"value":[1,"8"]},
		{"metric":{"__name__":"hopperband_request_duration_seconds_bucket","node_id":"b","name":"/","le":"1"},"value":[1,"3"]},
		{"metric":{"__name__":"hopperband_request_duration_seconds_bucket","node_id":"b","name":"/","le":"+Inf"},"value":[1,"4"]},
		{"metric":{"__name__":"hopperband_request_duration_seconds_sum","node_id":"b","name":"/"},"value":[1,"2"]},
		{"metric":{"__name__":"hopperband_requests_total","node_id":"a","name":"/","result":"success"},"value":[1,"8"]},
		{"metric":{"__name__":"hopperband_requests_total","node_id":"b","name":"/","result":"success"},"value":[1,"4"]}`, math.Exp2(-1.0/32))}
	s := servePrometheus(t, p)
	totals, err := sample(t, s).Since(&source.Sample{At: time.Unix(990, 0)})
	if err != nil {
		t.Fatal(err)
	}
	if f := totals.Total; f.ResponseTime.Count() != 12 || f.NoneRequests != 0 || s.Origin().Resolution != record.Classic {
		t.Errorf("total %+v of %s, want 12 times", f, s.Origin().Resolution)
	}
	for _, bad := range []string{`"le":"x"},"value":[1,"1"]`, `"le":"1"},"value":[1,"NaN"]`, `"le":"1"},"value":[1,"-4"]`} {
		p.series = `{"metric":{"__name__":"hopperband_request_duration_seconds_bucket","node_id":"a",` + bad + "}"
		if _, err := s.Sample(t.Context()); !errors.Is(err, source.ErrUnreachable) {
			t.Errorf("%s: error %v", bad, err)
		}
	}
}

// A secret that is echoed is in no error, nor a part of it where a long answer is cut.
func TestPrometheusTellsNoSecret(t *testing.T) {
	for n := range 12 {
		s := servePrometheus(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, strings.Repeat("x", 150+n)+"pa55"+strings.Repeat("y", 50), http.StatusForbidden)
		}))
		if _, err := s.Sample(t.Context()); err == nil || strings.Contains(err.Error(), "xp") {
			t.Errorf("%v", err)
		}
	}
	s := servePrometheus(t, &scripted{series: counters, seen: []time.Time{time.Now()}, warning: `"no pa55"`})
	if _, err := s.Sample(t.Context()); err == nil || strings.Contains(err.Error(), "pa55") {
		t.Errorf("%v", err)
	}
}
