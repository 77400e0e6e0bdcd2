package worker

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/hopperband/hopperband/internal/link"
	"github.com/hopperband/hopperband/internal/metrics"
)

// The words for where metrics are served that are no addresses.
const (
	// MetricsAuto is port 9646 on all addresses, or the next free port.
	MetricsAuto = "auto"
	// MetricsOff is nowhere.
	MetricsOff = "off"
)

// defaultLinger is how long a worker stays for a last scrape, at most.
const defaultLinger = 30 * time.Second

// Metrics says how Prometheus sees a worker.
type Metrics struct {
	// Address is where /metrics is served: host:port, which must be free, MetricsAuto, or
	// MetricsOff. "" is MetricsOff for Run and MetricsAuto for Main.
	Address string
	// Registry takes the worker's metrics while it runs, beside what a program has in it of
	// its own, and is what is served; nil is a new one.
	Registry *prometheus.Registry
	// WebConfig is a file for TLS and authentication in the format of Prometheus's
	// exporter-toolkit; "" is neither.
	WebConfig string
	// Profiling serves /debug/pprof besides.
	Profiling bool
	// Linger is how long the worker stays at its end, at most, until who has scraped its
	// metrics has scraped their final values; 0 means 30 s, less is not at all.
	Linger time.Duration

	// RemoteWrite is the URL of a receiver of Prometheus's remote write, for a worker that
	// cannot be scraped: it sends the final values of its metrics there, and those at each
	// RemoteWriteInterval if that is not 0. "" is none.
	RemoteWrite         string
	RemoteWriteInterval time.Duration
	// RemoteWriteConfig is a file in the format of Prometheus's HTTP clients (basic_auth,
	// authorization, tls_config …) for that; "" is none.
	RemoteWriteConfig string
}

// A registry takes collectors and gathers them.
type registry interface {
	prometheus.Registerer
	prometheus.Gatherer
}

// An endpoint is where the metrics of all workers of one process are.
type endpoint struct {
	cfg      Config
	registry registry
	server   *metrics.Server // nil: nothing is served
	remote   *remoteWriter   // nil: nothing is sent

	mu      sync.Mutex
	workers []*worker
	shown   []*metrics.Collector
}

// openEndpoint listens, unless nothing is to be served.
func (cfg Config) openEndpoint() (*endpoint, error) {
	e := &endpoint{cfg: cfg, registry: metrics.NewRegistry()}
	if own := cfg.Metrics.Registry; own != nil {
		e.registry = own
	}
	if err := metrics.RegisterProcess(e.registry, libraryVersion()); err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	r, err := cfg.newRemote(e.registry)
	if err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	l, err := cfg.Metrics.listen()
	if err == nil && l != nil {
		err = e.serve(l)
	}
	if err != nil {
		return nil, err
	}
	e.remote = r.start()
	return e, nil
}

// serve serves on l.
func (e *endpoint) serve(l net.Listener) (err error) {
	cfg := e.cfg
	linger := cfg.Metrics.Linger
	if linger == 0 {
		linger = defaultLinger
	}
	e.server, err = metrics.Serve(l, metrics.ServerConfig{
		Gatherer: e.registry, Ready: e.ready, WebConfig: cfg.Metrics.WebConfig, Profiling: cfg.Metrics.Profiling,
		Linger: linger, Version: libraryVersion(), Log: cfg.Log,
	})
	if err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	cfg.Log.Info().Str("address", e.server.Addr().String()).Msg("metrics are served")
	return nil
}

// listen returns nil if nothing is to be served.
func (m Metrics) listen() (l net.Listener, err error) {
	switch m.Address {
	case "", MetricsOff:
		return nil, nil
	case MetricsAuto:
		l, err = metrics.ListenDefault()
	default:
		l, err = metrics.Listen(m.Address)
	}
	if err != nil {
		return nil, fmt.Errorf("worker: %w (--metrics-address)", err)
	}
	return l, nil
}

func (m Metrics) check() error {
	errs := []error{metrics.CheckWebConfig(m.WebConfig)}
	if m.Address != "" && m.Address != MetricsOff && m.Address != MetricsAuto {
		errs = append(errs, metrics.CheckAddress(m.Address))
	}
	if m.RemoteWrite != "" {
		_, err := metrics.NewRemote(metrics.RemoteConfig{URL: m.RemoteWrite, ClientConfig: m.RemoteWriteConfig})
		errs = append(errs, err)
	}
	if m.RemoteWriteInterval < 0 {
		errs = append(errs, fmt.Errorf("metrics: remote write: negative interval %v", m.RemoteWriteInterval))
	}
	return errors.Join(errs...)
}

// show adds a worker.
func (e *endpoint) show(w *worker) error {
	host, err := os.Hostname()
	if err != nil {
		return fmt.Errorf("worker: host name: %w", err)
	}
	c := metrics.NewCollector(w.metrics(host))
	if err := e.registry.Register(c); err != nil {
		return fmt.Errorf("worker: metrics: %w", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.workers, e.shown = append(e.workers, w), append(e.shown, c)
	return nil
}

// ready says that every worker is registered with its master.
func (e *endpoint) ready() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, w := range e.workers {
		if w.status.Load().State == stateConnecting {
			return false
		}
	}
	return len(e.workers) > 0
}

// finish is called when all workers have ended. It waits for a last scrape; the end of a
// context that has not ended yet ends that.
func (e *endpoint) finish(ctx context.Context) {
	if ctx.Err() != nil {
		ctx = context.WithoutCancel(ctx)
	}
	var sending sync.WaitGroup
	if e.remote != nil {
		sending.Go(func() { e.remote.finish(ctx) })
	}
	if e.server != nil {
		e.server.Finish(ctx)
	}
	sending.Wait()
	for _, c := range e.shown {
		e.registry.Unregister(c)
	}
}

// metrics is what a worker shows.
func (w *worker) metrics(host string) metrics.Worker {
	shown := metrics.Worker{
		NodeID: w.nodeID, Hostname: host, Version: libraryVersion(), Started: w.started, Stats: w.stats,
		Status:     func() metrics.Status { return *w.status.Load() },
		Classes:    w.swarm.gauges,
		Exceptions: w.exceptions.counts,
	}
	if l, ok := w.link.(*link.Link); ok {
		shown.Link = func() string { return l.State().String() }
		shown.Messages = func() (ms []metrics.Messages) {
			for _, m := range l.Messages() {
				ms = append(ms, metrics.Messages(m))
			}
			return ms
		}
	}
	return shown
}
