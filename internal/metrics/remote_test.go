package metrics_test

import (
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/snappy"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/hopperband/hopperband/internal/metrics"
	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/tasks"
)

// A receiver takes what is written to it remotely.
type receiver struct {
	t        *testing.T
	password string

	mu     sync.Mutex
	writes int
	series map[string]float64 // the last value by labels, as in the text format
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if _, password, _ := req.BasicAuth(); password != r.password {
		http.Error(w, "who are you?", http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(req.Body)
	if err == nil {
		body, err = snappy.Decode(nil, body)
	}
	if err != nil || req.Header.Get("X-Prometheus-Remote-Write-Version") != "0.1.0" {
		r.t.Errorf("a bad write: %v, %v", err, req.Header)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.writes++
	for _, series := range fields(body)[1] {
		var labels []string
		parts := fields(series)
		for _, l := range parts[1] {
			pair := fields(l)
			labels = append(labels, string(pair[1][0])+"="+string(pair[2][0]))
		}
		r.series[strings.Join(labels, ",")] = value(r.t, parts[2][0])
	}
}

// fields returns the fields of a message that hold bytes.
func fields(b []byte) map[protowire.Number][][]byte {
	all := map[protowire.Number][][]byte{}
	for len(b) > 0 {
		number, _, n := protowire.ConsumeTag(b)
		v, m := protowire.ConsumeBytes(b[n:])
		all[number] = append(all[number], v)
		b = b[n+m:]
	}
	return all
}

// value returns that of a Sample, whose time must be about now.
func value(t *testing.T, b []byte) float64 {
	_, _, n := protowire.ConsumeTag(b)
	bits, m := protowire.ConsumeFixed64(b[n:])
	_, _, k := protowire.ConsumeTag(b[n+m:])
	at, _ := protowire.ConsumeVarint(b[n+m+k:])
	if age := time.Since(time.UnixMilli(int64(at))); age < 0 || age > time.Minute {
		t.Errorf("a sample %v old", age)
	}
	return math.Float64frombits(bits)
}

func (r *receiver) get(labels string) (float64, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, ok := r.series[labels]
	return v, ok
}

func newReceiver(t *testing.T, password string) (*receiver, string) {
	r := &receiver{t: t, password: password, series: map[string]float64{}}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	return r, server.URL + "/api/v1/write"
}

func gatherer(cs ...prometheus.Collector) *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(cs...)
	return registry
}

func TestRemoteWrite(t *testing.T) {
	r, url := newReceiver(t, "secret")
	dir := t.TempDir()
	write(t, dir, "password", "secret\n")
	s := stats.New(stats.Config{})
	rec := s.Recorder()
	e := rec.Entry("GET", "/")
	rec.Record(e, tasks.Sample{Start: time.Unix(1, 0), Duration: 20 * time.Millisecond})
	remote, err := metrics.NewRemote(metrics.RemoteConfig{
		URL: url, ClientConfig: write(t, dir, "client.yml", "basic_auth:\n  username: me\n  password_file: password\n"),
		Interval: time.Second, Labels: map[string]string{"job": "hopperband", "instance": "i"},
		Gatherer: gatherer(metrics.NewCollector(worker("n", s))),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan struct{})
	go func() { defer close(ran); remote.Run(ctx) }()
	const requests = "__name__=hopperband_requests_total,instance=i,job=hopperband,method=GET,name=/,node_id=n,result=success"
	for {
		if v, _ := r.get(requests); v == 1 {
			break
		}
		select {
		case <-ran:
			t.Fatal("it has stopped writing")
		case <-time.After(10 * time.Millisecond):
		}
	}
	cancel()
	<-ran
	rec.Record(e, tasks.Sample{Start: time.Unix(1, 0), Duration: 2 * time.Second})
	remote.Finish(t.Context())
	const bucket = "__name__=hopperband_request_duration_seconds_bucket,instance=i,job=hopperband,"
	for labels, want := range map[string]float64{
		requests: 2,
		bucket + "le=0.02,method=GET,name=/,node_id=n,result=success":                                              1,
		bucket + "le=2,method=GET,name=/,node_id=n,result=success":                                                 2,
		bucket + "le=+Inf,method=GET,name=/,node_id=n,result=success":                                              2,
		strings.Replace(requests, "requests_total", "request_duration_seconds_sum", 1):                             2.02,
		"__name__=hopperband_worker_state,instance=i,job=hopperband,node_id=n,state=ready":                         1,
		"__name__=hopperband_worker_info,hostname=host,index=3,instance=i,job=hopperband,node_id=n,version=v1.2.3": 1,
	} {
		if got, ok := r.get(labels); !ok || got != want {
			t.Errorf("%s: %v, %v, want %v", labels, got, ok, want)
		}
	}
}

// A receiver that is down, or refuses, is said once and costs a bounded time.
func TestRemoteWriteFails(t *testing.T) {
	_, refuses := newReceiver(t, "secret")
	for name, url := range map[string]string{"refuses": refuses, "down": "http://127.0.0.1:1/api/v1/write"} {
		t.Run(name, func(t *testing.T) {
			var log strings.Builder
			remote, err := metrics.NewRemote(metrics.RemoteConfig{
				URL: url, Gatherer: gatherer(metrics.NewCollector(full("n"))), Log: zerolog.New(&log),
			})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			remote.Finish(ctx)
			if !strings.Contains(log.String(), `"level":"error"`) {
				t.Errorf("log: %s", &log)
			}
		})
	}
}

// What a program's own collector fails to show is said; the rest is written all the same.
func TestRemoteWriteOfAPart(t *testing.T) {
	r, url := newReceiver(t, "")
	own := gatherer(metrics.NewCollector(full("n")), brokenCollector{})
	var log strings.Builder
	remote, err := metrics.NewRemote(metrics.RemoteConfig{URL: url, Gatherer: own, Log: zerolog.New(&log)})
	if err != nil {
		t.Fatal(err)
	}
	remote.Finish(t.Context())
	if v, ok := r.get("__name__=hopperband_users,node_id=n,user_class=Shopper"); !ok || v != 3 || !strings.Contains(log.String(), "out of order") {
		t.Errorf("%v users, %v; log: %s", v, ok, &log)
	}
}

type brokenCollector struct{}

func (brokenCollector) Describe(chan<- *prometheus.Desc) {}

func (brokenCollector) Collect(ch chan<- prometheus.Metric) {
	ch <- prometheus.NewInvalidMetric(prometheus.NewDesc("broken", "Broken.", nil, nil), errors.New("out of order"))
}

func TestBadRemoteWrite(t *testing.T) {
	dir := t.TempDir()
	for name, tt := range map[string]struct{ url, config, want string }{
		"no scheme":        {"prometheus:9090", "", "http://prometheus"},
		"no host":          {"http:///api", "", "http://prometheus"},
		"no URL":           {"http://[", "", "not a URL"},
		"another scheme":   {"ftp://x/", "", "ftp://x/"},
		"a password in it": {"http://me:hush@x/", "", "configuration file"},
		"no file":          {"http://x/", "nowhere.yml", "nowhere.yml"},
		"a wrong field":    {"http://x/", write(t, dir, "a.yml", "basic: {}\n"), "basic"},
		"no such CA":       {"http://x/", write(t, dir, "b.yml", "tls_config:\n  ca_file: gone.pem\n"), "gone.pem"},
		"two credentials":  {"http://x/", write(t, dir, "c.yml", "basic_auth: {username: a}\nauthorization: {credentials: b}\n"), "basic_auth"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := metrics.NewRemote(metrics.RemoteConfig{URL: tt.url, ClientConfig: tt.config})
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "hush") {
				t.Errorf("%v, want %q and no secret", err, tt.want)
			}
		})
	}
}
