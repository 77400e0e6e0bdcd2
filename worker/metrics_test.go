package worker

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/hopperband/hopperband/internal/metrics"
	"github.com/hopperband/hopperband/protocol"
)

// The states that metrics tell, from the first connection to the end.
func TestPublishedStates(t *testing.T) {
	play(t, Config{RunID: "own", TestedVersion: "own"}, func(s *script) {
		want := func(state string) metrics.Status {
			t.Helper()
			got := *s.w.status.Load()
			if got.State != state {
				t.Errorf("state %q, want %q", got.State, state)
			}
			return got
		}
		want("connecting")
		s.register()
		if got := want("ready"); got.Index != 3 || got.Heartbeat.IsZero() || !got.Run.Started.IsZero() {
			t.Errorf("%+v", got)
		}
		s.spawn(5*time.Second, "A", 2)
		want("spawning")
		s.wait(time.Second)
		if got := want("running"); got.Run.ID != "own" || got.Run.Started.IsZero() || !got.Run.Ended.IsZero() {
			t.Errorf("%+v", got)
		}
		if g := s.w.swarm.gauges(); len(g) != 1 || g[0].Running != 2 || g[0].Target != 2 || g[0].Abandoned != 0 {
			t.Errorf("%+v", g)
		}
		s.master(&protocol.Stop{})
		want("stopping")
		s.wait(time.Second)
		if got := want("ready"); got.Run.Ended.IsZero() {
			t.Errorf("%+v", got)
		}
		if g := s.w.swarm.gauges(); g[0].Running != 0 || g[0].Target != 0 {
			t.Errorf("%+v", g)
		}
	}, worksFor("A", 400*ms))
}

// A taken port is an error before any load; the flags' words are where metrics go.
func TestMetricsAddress(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	address := taken.Addr().String()
	code, _, stderr := call("--metrics-address "+address, nil, worksFor("Shopper", time.Second))
	if code != 1 || !strings.Contains(stderr, address) || !strings.Contains(stderr, "address already in use") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
}

func TestBadMetricsSettings(t *testing.T) {
	web := filepath.Join(t.TempDir(), "web.yml")
	if err := os.WriteFile(web, []byte("tls_server_config: {cert_file: gone.pem, key_file: gone.key}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"--metrics-address nowhere":                                       "nowhere",
		"--metrics-config " + web:                                         "gone.pem",
		"--metrics-config /nowhere.yml":                                   "/nowhere.yml",
		"--metrics-linger soon":                                           "soon",
		"--remote-write-url prometheus:9090":                              "http://prometheus",
		"--remote-write-url http://me:hush@x/":                            "configuration file",
		"--remote-write-url http://x/ --remote-write-config /nowhere.yml": "/nowhere.yml",
	} {
		code, _, stderr := call(args, nil, worksFor("Shopper", time.Second))
		if code != 2 || !strings.Contains(stderr, want) || strings.Contains(stderr, "hush") {
			t.Errorf("%s: exit code %d, %q, want %q", args, code, stderr, want)
		}
	}
}

// A program's own registry is served beside the worker's metrics, which go with the worker.
func TestOwnRegistry(t *testing.T) {
	registry := prometheus.NewRegistry()
	own := prometheus.NewCounter(prometheus.CounterOpts{Name: "shop_orders_total", Help: "Orders."})
	registry.MustRegister(own)
	cfg := Config{MasterPort: 1, Processes: 2, Metrics: Metrics{Registry: registry}}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, cfg, worksFor("Shopper", time.Second)) }()
	for deadline := time.Now().Add(30 * time.Second); len(workersIn(t, registry)) < 2; {
		if time.Now().After(deadline) {
			t.Fatal("two workers are not there")
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if left := workersIn(t, registry); len(left) != 0 {
		t.Errorf("%v are left", left)
	}
}

// workersIn are the node IDs in a registry.
func workersIn(t *testing.T, g prometheus.Gatherer) map[string]bool {
	t.Helper()
	families, err := g.Gather()
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetName() == "node_id" {
					ids[l.GetValue()] = true
				}
			}
		}
	}
	return ids
}
