package metrics

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/exporter-toolkit/web"
	"github.com/rs/zerolog"
)

// What a client may take of the server: a slow one costs a connection for this long, and
// no more. One on a busy machine may be slow.
const (
	readTimeout  = 30 * time.Second
	writeTimeout = 30 * time.Second
	idleTimeout  = 2 * time.Minute
)

// ServerConfig says what a Server shows.
type ServerConfig struct {
	Gatherer  prometheus.Gatherer
	Ready     func() bool   // of /-/ready; nil is always
	WebConfig string        // exporter-toolkit's file for TLS and authentication; "" is neither
	Profiling bool          // show /debug/pprof
	Linger    time.Duration // how long Finish waits for a last scrape, at most
	Version   string
	Log       zerolog.Logger
}

// A Server serves /metrics and the like.
type Server struct {
	cfg      ServerConfig
	listener net.Listener
	http     *http.Server
	scrapes  *scrapes
	served   chan struct{} // closed when the server has ended
}

// Serve serves on l, until Finish or Close. It is an error if the web configuration is
// wrong; l is closed then.
func Serve(l net.Listener, cfg ServerConfig) (*Server, error) {
	if err := CheckWebConfig(cfg.WebConfig); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	s := &Server{cfg: cfg, listener: l, scrapes: newScrapes(cfg.Gatherer, cfg.Log), served: make(chan struct{})}
	handler, err := s.routes()
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	s.http = &http.Server{
		Handler: handler, ReadTimeout: readTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(zerolog.NewSlogHandler(cfg.Log), slog.LevelDebug), // failed handshakes and the like
	}
	go s.serve()
	return s, nil
}

func (s *Server) serve() {
	defer close(s.served)
	log := slog.New(zerolog.NewSlogHandler(s.cfg.Log.Level(zerolog.WarnLevel)))
	err := web.Serve(s.listener, s.http, &web.FlagConfig{WebConfigFile: &s.cfg.WebConfig}, log)
	if !errors.Is(err, http.ErrServerClosed) {
		s.cfg.Log.Error().Err(err).Msg("metrics are not served any more")
	}
}

// Addr returns the address that is listened on.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Finish is to be called when the metrics have their final values. It waits until who has
// scraped so far has scraped once more, at most for the configured time or until ctx ends,
// and ends the server.
func (s *Server) Finish(ctx context.Context) {
	s.linger(ctx)
	s.Close()
}

// Close ends the server. Scrapes under way have a second to end.
func (s *Server) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := s.http.Shutdown(ctx); err != nil {
		_ = s.http.Close() // what is cut off has had its time
	}
	<-s.served
}

// CheckWebConfig says what is wrong with a web configuration file, and with the files that
// it names. No file is fine.
func CheckWebConfig(path string) error {
	if err := web.Validate(path); err != nil {
		return fmt.Errorf("metrics: web configuration %q: %w", path, err)
	}
	return nil
}
