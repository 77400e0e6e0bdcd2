package metrics

import (
	"context"
	"time"
)

// linger waits until no scraper is due any more.
func (s *Server) linger(ctx context.Context) {
	now := time.Now()
	s.scrapes.finish(now)
	until := now.Add(s.cfg.Linger)
	waiting := s.scrapes.due(now, until)
	if waiting == 0 || s.cfg.Linger <= 0 {
		return
	}
	s.cfg.Log.Info().Int("scrapers", waiting).Dur("at_most", s.cfg.Linger).
		Msg("waiting for a last scrape of the metrics")
	end := time.NewTimer(s.cfg.Linger)
	defer end.Stop()
	look := time.NewTicker(time.Second / 4)
	defer look.Stop()
	for waiting > 0 {
		select {
		case <-s.scrapes.changed:
		case <-look.C: // one may have missed its time
		case <-end.C:
			s.cfg.Log.Warn().Int("scrapers", waiting).Dur("waited", s.cfg.Linger).Msg("who scraped before has not come for the final metrics")
			return
		case <-ctx.Done():
			return
		}
		waiting = s.scrapes.due(time.Now(), until)
	}
}

// due is how many scrapers will come once more before end.
func (s *scrapes) due(now, end time.Time) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.scrapers {
		if x.due(now, end) {
			n++
		}
	}
	return n
}
