package metrics

import (
	"net/http"
	"strconv"
	"time"
)

// maxScrapers is how many scrapers are remembered.
const maxScrapers = 64

// timeoutHeader is what Prometheus sends: the timeout in seconds, which is never above its
// interval (prometheus/scrape/scrape.go).
const timeoutHeader = "X-Prometheus-Scrape-Timeout-Seconds"

// A scraper is one that has scraped.
type scraper struct {
	last     time.Time
	interval time.Duration // between the last two scrapes; 0 after the first
	timeout  time.Duration // that it has announced; 0 if it is no Prometheus
	final    bool          // it has the final values
}

func (x *scraper) scraped(r *http.Request, at time.Time, final bool) {
	if !x.last.IsZero() {
		x.interval = at.Sub(x.last)
	}
	x.last = at
	x.final = x.final || final
	if seconds, err := strconv.ParseFloat(r.Header.Get(timeoutHeader), 64); err == nil && seconds > 0 && seconds < 3600 {
		x.timeout = time.Duration(seconds * float64(time.Second))
	}
}

// due says that a scraper has come within the last two of its intervals, has not got the
// final values, and so will come again before end. A Prometheus that came only once will
// come again at a time that nobody knows.
func (x *scraper) due(now, end time.Time) bool {
	switch {
	case x.final:
		return false
	case x.interval == 0:
		return x.timeout > 0
	}
	return now.Sub(x.last) <= 2*x.interval && x.last.Add(x.interval).Before(end)
}

// forget makes room for one more scraper: the one that has been away for the longest time
// is forgotten. The caller holds the lock.
func (s *scrapes) forget() {
	oldest := ""
	for name, x := range s.scrapers {
		if oldest == "" || x.last.Before(s.scrapers[oldest].last) {
			oldest = name
		}
	}
	delete(s.scrapers, oldest)
}
