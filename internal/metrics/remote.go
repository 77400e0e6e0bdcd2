package metrics

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/prometheus/client_golang/exp/api/remote"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/config"
	"github.com/rs/zerolog"
)

const (
	// pushTimeout is how long one write may take, with all that is tried again.
	pushTimeout = 30 * time.Second
	// seriesPerWrite is how many series one request has at most.
	seriesPerWrite = 5000
)

// RemoteConfig says where a Remote writes to.
type RemoteConfig struct {
	URL          string        // of the receiver, such as http://prometheus:9090/api/v1/write
	ClientConfig string        // file with authentication and TLS, in Prometheus's format; "" is neither
	Interval     time.Duration // between writes; 0 writes the final values only
	Labels       map[string]string
	Gatherer     prometheus.Gatherer
	Log          zerolog.Logger
}

// A Remote sends metrics to a receiver of Prometheus's remote write, version 1.0: for
// workers that cannot be scraped. It sends the classic buckets of histograms.
type Remote struct {
	cfg    RemoteConfig
	api    *remote.API
	failed bool // the last write
}

// NewRemote returns an error if the URL or the client's configuration is wrong. It writes
// nothing yet.
func NewRemote(cfg RemoteConfig) (*Remote, error) {
	u, err := checkURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	client, err := newClient(cfg.ClientConfig)
	if err != nil {
		return nil, err
	}
	path := u.Path
	u.Path = ""
	api, err := remote.NewAPI(u.String(), remote.WithAPIPath(path), remote.WithAPIHTTPClient(client))
	if err != nil {
		return nil, fmt.Errorf("metrics: remote write to %s: %w", u.Redacted(), err)
	}
	return &Remote{cfg: cfg, api: api}, nil
}

func checkURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("metrics: remote write: not a URL") // the error would quote what may be a secret
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return nil, fmt.Errorf("metrics: remote write: %q: not a URL such as http://prometheus:9090/api/v1/write", u.Redacted())
	case u.User != nil:
		return nil, fmt.Errorf("metrics: remote write: %q: user and password go into the client's configuration file", u.Redacted())
	}
	return u, nil
}

func newClient(file string) (*http.Client, error) {
	c := config.DefaultHTTPClientConfig
	if file != "" {
		loaded, _, err := config.LoadHTTPConfigFile(file)
		if err != nil {
			return nil, fmt.Errorf("metrics: remote write: client configuration %q: %w", file, err)
		}
		c = *loaded
	}
	client, err := config.NewClientFromConfig(c, "remote_write")
	if err != nil {
		return nil, fmt.Errorf("metrics: remote write: client configuration %q: %w", file, err)
	}
	return client, nil
}

// Run writes at the interval, until ctx ends. A write that fails is not repeated: counters
// lose nothing by that, and the next one has them.
func (r *Remote) Run(ctx context.Context) {
	if r.cfg.Interval <= 0 {
		return
	}
	tick := time.NewTicker(r.cfg.Interval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			once, cancel := context.WithTimeout(ctx, min(r.cfg.Interval, pushTimeout))
			r.note(r.write(once))
			cancel()
		case <-ctx.Done():
			return
		}
	}
}

// Finish writes the final values. Run must have returned.
func (r *Remote) Finish(ctx context.Context) {
	if err := r.Push(ctx); err != nil {
		r.cfg.Log.Error().Err(err).Msg("the final metrics could not be written to the remote receiver")
		return
	}
	r.cfg.Log.Info().Msg("the final metrics were written to the remote receiver")
}

// Push writes the values of now, within half a minute.
func (r *Remote) Push(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pushTimeout)
	defer cancel()
	return r.write(ctx)
}

// note logs a change for the worse or the better.
func (r *Remote) note(err error) {
	switch {
	case err != nil && !r.failed:
		r.cfg.Log.Warn().Err(err).Msg("metrics cannot be written to the remote receiver; trying again")
	case err == nil && r.failed:
		r.cfg.Log.Info().Msg("metrics are written to the remote receiver again")
	}
	r.failed = err != nil
}

// write writes what can be gathered. It is an error if that is not all.
func (r *Remote) write(ctx context.Context) error {
	families, missing := r.cfg.Gatherer.Gather()
	series := samples(families, r.cfg.Labels)
	now := time.Now().UnixMilli()
	for part := range slices.Chunk(series, seriesPerWrite) {
		if _, err := r.api.Write(ctx, remote.WriteV1MessageType, newRequest(part, now)); err != nil {
			return fmt.Errorf("metrics: remote write: %w", err)
		}
	}
	if missing != nil {
		return fmt.Errorf("metrics: not all were gathered: %w", missing)
	}
	return nil
}
