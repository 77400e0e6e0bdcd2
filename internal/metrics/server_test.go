package metrics_test

import (
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/internal/metrics"
)

// A testServer is a server of the test's collectors.
type testServer struct {
	*metrics.Server
	base, url string // http://host:port, and that of /metrics
}

// serve serves collectors until the end of the test, on a free port.
func serve(t testing.TB, cfg metrics.ServerConfig, cs ...prometheus.Collector) *testServer {
	t.Helper()
	registry := metrics.NewRegistry()
	registry.MustRegister(cs...)
	cfg.Gatherer = registry
	s := serveFrom(t, cfg)
	base := "http://" + s.Addr().String()
	return &testServer{s, base, base + "/metrics"}
}

func serveFrom(t testing.TB, cfg metrics.ServerConfig) *metrics.Server {
	t.Helper()
	cfg.Log = zerolog.New(zerolog.NewTestWriter(t))
	l, err := metrics.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s, err := metrics.Serve(l, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func get(t *testing.T, client *http.Client, url string) (status int, body string) {
	t.Helper()
	res, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// What is asked for in gzip comes in gzip, and nothing else does.
func TestCompression(t *testing.T) {
	s := serve(t, metrics.ServerConfig{}, metrics.NewCollector(worker("n", busy(20))))
	for _, accept := range []string{"gzip", "identity", ""} {
		r, err := http.NewRequest(http.MethodGet, s.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", accept)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body := io.Reader(res.Body)
		got := res.Header.Get("Content-Encoding")
		if got != strings.TrimPrefix(accept, "identity") {
			t.Errorf("asked for %q, got %q", accept, got)
		}
		if got == "gzip" {
			if body, err = gzip.NewReader(body); err != nil {
				t.Fatal(err)
			}
		}
		if text, err := io.ReadAll(body); err != nil || !strings.Contains(string(text), `hopperband_requests_total{method="GET",name="/items/19"`) {
			t.Errorf("%q: %v, %d bytes", accept, err, len(text))
		}
	}
}

func TestPages(t *testing.T) {
	ready := false
	s := serve(t, metrics.ServerConfig{Version: "v9", Ready: func() bool { return ready }}, metrics.NewCollector(full("n")))
	for path, want := range map[string]struct {
		status int
		text   string
	}{
		"/":                                {200, "v9"},
		"/metrics":                         {200, "hopperband_users"},
		"/metrics?name[]=hopperband_users": {200, "hopperband_users"},
		"/-/healthy":                       {200, "healthy"},
		"/-/ready":                         {503, "not registered"},
		"/debug/pprof/":                    {404, ""},
		"/debug/pprof/heap":                {404, ""},
		"/elsewhere":                       {404, ""},
	} {
		if status, body := get(t, http.DefaultClient, s.base+path); status != want.status || !strings.Contains(body, want.text) {
			t.Errorf("%s: %d, %.200q", path, status, body)
		}
	}
	ready = true
	if status, _ := get(t, http.DefaultClient, s.base+"/-/ready"); status != 200 {
		t.Errorf("ready: %d", status)
	}
	if res, err := http.Post(s.url, "text/plain", strings.NewReader("x")); err != nil || res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %v, %v", res.Status, err)
	}
}

func TestProfilingHasASwitch(t *testing.T) {
	s := serve(t, metrics.ServerConfig{Profiling: true})
	for _, path := range []string{"/debug/pprof/", "/debug/pprof/goroutine?debug=1", "/debug/pprof/cmdline"} {
		if status, _ := get(t, http.DefaultClient, s.base+path); status != 200 {
			t.Errorf("%s: %d", path, status)
		}
	}
}

func TestListen(t *testing.T) {
	taken, err := metrics.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if l, err := metrics.Listen(taken.Addr().String()); err == nil || !strings.Contains(err.Error(), taken.Addr().String()) {
		t.Errorf("a taken port: %v, %v", l, err)
	}
	var all []net.Listener
	ports := map[string]bool{}
	for range 3 {
		l, err := metrics.ListenDefault()
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		all = append(all, l)
		ports[l.Addr().String()] = true
	}
	if len(ports) != len(all) {
		t.Errorf("ports %v", ports)
	}
	for address, ok := range map[string]bool{
		":9646": true, "127.0.0.1:0": true, "[::1]:9646": true, "host:http": true,
		"9646": false, "host": false, "host:": true, ":99999": false, "::1:9646": false,
	} {
		if err := metrics.CheckAddress(address); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}
