package metrics

import (
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
)

// scrapes answers scrapes and remembers who made them.
type scrapes struct {
	gatherer prometheus.Gatherer
	log      zerolog.Logger
	changed  chan struct{} // has an element after the end of a scrape of final values

	mu       sync.Mutex
	handler  http.Handler
	scrapers map[string]*scraper
	final    time.Time // when the values became final; zero before
}

func newScrapes(g prometheus.Gatherer, log zerolog.Logger) *scrapes {
	s := &scrapes{gatherer: g, log: log, changed: make(chan struct{}, 1), scrapers: map[string]*scraper{}}
	s.handler = s.newHandler()
	return s
}

func (s *scrapes) newHandler() http.Handler {
	return compressed(newHandler(&shared{lend: lending(s.gatherer)}, s.log))
}

// ServeHTTP implements http.Handler.
func (s *scrapes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	handler, began := s.handler, time.Now()
	s.mu.Unlock()
	answer := &answer{ResponseWriter: w, status: http.StatusOK}
	handler.ServeHTTP(answer, r)
	if answer.status == http.StatusOK && answer.err == nil {
		s.note(r, began)
	}
}

// note remembers a scrape that was answered in full.
func (s *scrapes) note(r *http.Request, began time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := scraperName(r)
	x := s.scrapers[name]
	if x == nil {
		if len(s.scrapers) >= maxScrapers {
			s.forget()
		}
		x = &scraper{}
		s.scrapers[name] = x
	}
	x.scraped(r, began, !s.final.IsZero() && !began.Before(s.final))
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// finish makes the values final: scrapes from now on share none that were gathered before.
func (s *scrapes) finish(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.final, s.handler = now, s.newHandler()
}

// An answer knows what has become of a response.
type answer struct {
	http.ResponseWriter
	status int
	err    error
}

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) {
	n, err := a.ResponseWriter.Write(p)
	if err != nil {
		a.err = err
	}
	return n, err
}

// scraperName tells scrapers apart: those on one host by what they call themselves.
func scraperName(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return host + " " + r.UserAgent()
}
