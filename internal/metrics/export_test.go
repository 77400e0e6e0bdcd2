package metrics

import "net/http"

// Handler is what a Server answers with, for benchmarks without a connection.
func (s *Server) Handler() http.Handler { return s.http.Handler }
