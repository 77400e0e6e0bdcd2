package rig

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
)

// ErrNoPrometheus says that there is no program called prometheus.
var ErrNoPrometheus = errors.New("rig: no program prometheus is installed (Debian's package prometheus has one)")

// PrometheusConfig says how a Prometheus is started. Dir is needed.
type PrometheusConfig struct {
	Dir      string        // where its log, its configuration and its data are written
	Interval time.Duration // between scrapes
	Targets  []string      // host:port of what it scrapes
	Args     []string      // further arguments
}

// A Prometheus is a running Prometheus server.
type Prometheus struct {
	*Process
	URL string // without a trailing slash
	api v1.API
}

// StartPrometheus starts a Prometheus and waits until it is ready.
func StartPrometheus(ctx context.Context, c PrometheusConfig) (*Prometheus, error) {
	path, err := exec.LookPath("prometheus")
	if err != nil {
		return nil, ErrNoPrometheus
	}
	port := 0
	release, err := claim(&port)
	if err != nil {
		return nil, fmt.Errorf("rig: starting prometheus: %w", err)
	}
	defer release()
	config := filepath.Join(c.Dir, "prometheus.yml")
	text := fmt.Sprintf("global:\n  scrape_interval: %s\n  scrape_timeout: %[1]s\nscrape_configs:\n  - job_name: hopperband\n    static_configs:\n      - targets: [%s]\n",
		model.Duration(c.Interval), strings.Join(c.Targets, ", "))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, fmt.Errorf("rig: starting prometheus: %w", err)
	}
	p, err := Start(ctx, Command{Name: "prometheus", Path: path, Dir: c.Dir, Args: append([]string{
		"--config.file=" + config, "--storage.tsdb.path=" + filepath.Join(c.Dir, "prometheus.data"),
		"--web.listen-address=" + local(port),
	}, c.Args...)})
	if err != nil {
		return nil, err
	}
	wait, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := waitListening(wait, p, local(port)); err != nil {
		p.Kill()
		return nil, err
	}
	client, err := api.NewClient(api.Config{Address: "http://" + local(port)})
	if err != nil {
		p.Kill()
		return nil, fmt.Errorf("rig: prometheus: %w", err)
	}
	return &Prometheus{Process: p, URL: "http://" + local(port), api: v1.NewAPI(client)}, nil
}

// Query returns what a query of instant vectors gives now.
func (p *Prometheus) Query(ctx context.Context, query string) (model.Vector, error) {
	value, warnings, _, err := p.api.Query(ctx, query, time.Now())
	if err != nil {
		return nil, fmt.Errorf("rig: prometheus: query %q: %w", query, err)
	}
	vector, ok := value.(model.Vector)
	if !ok || len(warnings) > 0 {
		return nil, fmt.Errorf("rig: prometheus: query %q: a %T, warnings %v", query, value, warnings)
	}
	return vector, nil
}

// WaitQuery asks again and again until ok accepts the answer.
func (p *Prometheus) WaitQuery(ctx context.Context, query string, ok func(model.Vector) bool) (model.Vector, error) {
	for {
		v, err := p.Query(ctx, query)
		if err == nil && ok(v) {
			return v, nil
		}
		if waited := pause(ctx, 200*time.Millisecond); waited != nil {
			return v, fmt.Errorf("query %q, last answer %v, %w: %w", query, v, err, waited)
		}
	}
}
