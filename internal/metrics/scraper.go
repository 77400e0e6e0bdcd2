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
	last    time.Time
	gaps    [2]time.Duration // between its last scrapes, the latest first; 0 before there are so many
	timeout time.Duration    // that it has announced; 0 if it is no Prometheus
	final   bool             // it has the final values
}

func (x *scraper) scraped(r *http.Request, at time.Time, final bool) {
	if !x.last.IsZero() {
		x.gaps = [2]time.Duration{at.Sub(x.last), x.gaps[0]}
	}
	x.last = at
	x.final = x.final || final
	if seconds, err := strconv.ParseFloat(r.Header.Get(timeoutHeader), 64); err == nil && seconds > 0 && seconds < 3600 {
		x.timeout = time.Duration(seconds * float64(time.Second))
	}
}

// due says that a scraper has come within the last two of its intervals, has not got the
// final values, and so will come again before end. A Prometheus that came only once will
// come again at a time that nobody knows. Two of them behind one address look like one that
// scrapes after gaps of two lengths, which add up to their interval.
func (x *scraper) due(now, end time.Time) bool {
	switch {
	case x.final:
		return false
	case x.gaps[0] == 0:
		return x.timeout > 0
	}
	shortest := x.gaps[0]
	if x.gaps[1] > 0 {
		shortest = min(shortest, x.gaps[1])
	}
	return now.Sub(x.last) <= 2*max(x.gaps[0], x.gaps[1], x.timeout) && x.last.Add(shortest).Before(end)
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
