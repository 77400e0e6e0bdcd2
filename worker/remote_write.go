package worker

import (
	"context"
	"fmt"
	"os"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/hopperband/hopperband/internal/metrics"
)

// A remoteWriter sends metrics while the workers run, and once more when they have ended.
type remoteWriter struct {
	remote  *metrics.Remote
	stop    context.CancelFunc
	stopped chan struct{}
}

// newRemote returns nil if nothing is to be sent. The labels are those that Prometheus
// gives what it scrapes.
func (cfg Config) newRemote(g prometheus.Gatherer) (*remoteWriter, error) {
	if cfg.Metrics.RemoteWrite == "" {
		return nil, nil
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("host name: %w", err)
	}
	r, err := metrics.NewRemote(metrics.RemoteConfig{
		URL: cfg.Metrics.RemoteWrite, ClientConfig: cfg.Metrics.RemoteWriteConfig, Interval: cfg.Metrics.RemoteWriteInterval,
		Labels:   map[string]string{"job": "hopperband", "instance": fmt.Sprintf("%s:%d", host, os.Getpid())},
		Gatherer: g, Log: cfg.Log,
	})
	if err != nil {
		return nil, err
	}
	return &remoteWriter{remote: r, stopped: make(chan struct{})}, nil
}

func (r *remoteWriter) start() *remoteWriter {
	if r == nil {
		return nil
	}
	var ctx context.Context
	ctx, r.stop = context.WithCancel(context.Background())
	go func() {
		defer close(r.stopped)
		r.remote.Run(ctx)
	}()
	return r
}

func (r *remoteWriter) finish(ctx context.Context) {
	r.stop()
	<-r.stopped
	r.remote.Finish(ctx)
}
