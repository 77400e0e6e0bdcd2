package metrics

import (
	"fmt"
	"net/http"
	"net/http/pprof"

	"github.com/prometheus/exporter-toolkit/web"
)

func (s *Server) routes() (http.Handler, error) {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.scrapes)
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "healthy") })
	mux.HandleFunc("GET /-/ready", s.ready)
	if s.cfg.Profiling {
		mux.HandleFunc("GET /debug/pprof/", pprof.Index)
		mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
		mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
		mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	}
	landing, err := web.NewLandingPage(web.LandingConfig{
		Name: "Hopperband", Description: "A load-generating worker for a Locust master", Version: s.cfg.Version,
		Profiling: fmt.Sprint(s.cfg.Profiling),
		Links: []web.LandingLinks{
			{Address: "metrics", Text: "Metrics"},
			{Address: "-/healthy", Text: "Healthy", Description: "the process lives"},
			{Address: "-/ready", Text: "Ready", Description: "registered with the master"},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("metrics: landing page: %w", err)
	}
	mux.Handle("GET /{$}", landing)
	return mux, nil
}

func (s *Server) ready(w http.ResponseWriter, _ *http.Request) {
	if s.cfg.Ready != nil && !s.cfg.Ready() {
		http.Error(w, "not registered with the master", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}
