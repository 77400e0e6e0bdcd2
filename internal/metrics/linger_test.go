package metrics_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hopperband/hopperband/internal/metrics"
	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/tasks"
)

// A pipes is a listener whose connections are in memory, so that time can be a test's.
type pipes struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// client returns one that calls itself so, with connections of its own.
func (p *pipes) client(name string, prometheus bool) *scraping {
	return &scraping{name: name, prometheus: prometheus, client: &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			select {
			case p.conns <- theirs:
				return ours, nil
			case <-p.done:
				return nil, errors.New("connection refused")
			}
		},
	}}}
}

type scraping struct {
	name       string
	prometheus bool
	client     *http.Client
	last       string // what the last scrape showed
}

func (s *scraping) scrape(t *testing.T) bool {
	req, err := http.NewRequest(http.MethodGet, "http://worker/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("User-Agent", s.name)
	if s.prometheus {
		req.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", "4")
	}
	res, err := s.client.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	var b strings.Builder
	if _, err := io.Copy(&b, res.Body); err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("%s: %v, %v", s.name, res.Status, err)
	}
	s.last = b.String()
	return true
}

// every scrapes at an interval, until the server has gone.
func (s *scraping) every(t *testing.T, interval time.Duration, times int) {
	for range times {
		if !s.scrape(t) {
			return
		}
		time.Sleep(interval)
	}
}

// A farewell is the end of a server, and who scrapes it.
type farewell struct {
	scrapers []scraper
	linger   time.Duration
	signal   time.Duration // ends the wait
	want     time.Duration // how long Finish takes, from 23 s after the start
	seen     bool          // everybody has the last request
}

type scraper struct {
	prometheus bool
	interval   time.Duration
	times      int           // then it is gone
	twin       time.Duration // so much later scrapes another one, which looks the same; 0: there is none
}

func TestFinish(t *testing.T) {
	const s, always = time.Second, 1 << 30
	for name, tt := range map[string]farewell{
		"twins that look the same":     {[]scraper{{true, 15 * s, always, s}}, 30 * s, 0, 7 * s, true},
		"nobody":                       {nil, 30 * s, 0, 0, false},
		"one that comes again":         {[]scraper{{true, 5 * s, always, 0}}, 30 * s, 0, 2 * s, true},
		"any program that comes again": {[]scraper{{false, 5 * s, always, 0}}, 30 * s, 0, 2 * s, true},
		"two at different intervals":   {[]scraper{{true, 5 * s, always, 0}, {true, 15 * s, always, 0}}, 30 * s, 0, 7 * s, true},
		"one that has gone away":       {[]scraper{{true, 2 * s, 3, 0}}, 30 * s, 0, 0, false},
		"one that goes away just now":  {[]scraper{{true, 5 * s, 5, 0}}, 30 * s, 0, 7*s + s/4, false},
		"one that came once":           {[]scraper{{true, 60 * s, always, 0}}, 30 * s, 0, 30 * s, false},
		"a person that looked once":    {[]scraper{{false, 60 * s, always, 0}}, 30 * s, 0, 0, false},
		"a signal while waiting":       {[]scraper{{true, 5 * s, always, 0}}, 30 * s, s, s, false},
		"no waiting":                   {[]scraper{{true, 5 * s, always, 0}}, 0, 0, 0, false},
		"too long an interval":         {[]scraper{{true, 15 * s, always, 0}}, 5 * s, 0, 0, false},
	} {
		t.Run(name, func(t *testing.T) { synctest.Test(t, tt.test) })
	}
}

func (f farewell) test(t *testing.T) {
	st, l := stats.New(stats.Config{}), newPipes()
	server, err := metrics.Serve(l, metrics.ServerConfig{
		Gatherer: gatherer(metrics.NewCollector(worker("n", st))), Linger: f.linger,
	})
	if err != nil {
		t.Fatal(err)
	}
	var all []*scraping
	var running sync.WaitGroup
	for i, s := range f.scrapers {
		c := l.client(strings.Repeat("x", i+1), s.prometheus)
		all = append(all, c)
		running.Go(func() { c.every(t, s.interval, s.times) })
		if s.twin > 0 {
			twin := l.client(c.name, s.prometheus)
			running.Go(func() { time.Sleep(s.twin); twin.every(t, s.interval, s.times) })
		}
	}
	time.Sleep(23 * time.Second)
	r := st.Recorder()
	r.Record(r.Entry("GET", "/last"), tasks.Sample{Duration: time.Second})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if f.signal > 0 {
		time.AfterFunc(f.signal, cancel)
	}
	began := time.Now()
	server.Finish(ctx)
	if took := time.Since(began); took < f.want || took > f.want+300*time.Millisecond {
		t.Errorf("took %v, want %v", took, f.want)
	}
	running.Wait()
	for _, c := range all {
		if strings.Contains(c.last, "/last") != f.seen {
			t.Errorf("%s has seen the last request: %v, want %v", c.name, !f.seen, f.seen)
		}
	}
}
