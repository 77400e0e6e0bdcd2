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

	"github.com/prometheus/client_golang/prometheus"

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

func TestFinish(t *testing.T) {
	const always = 1 << 30
	type scraper struct {
		prometheus bool
		interval   time.Duration
		times      int // then it is gone
	}
	for name, tt := range map[string]struct {
		scrapers []scraper
		linger   time.Duration
		signal   time.Duration // ends the wait
		want     time.Duration // how long Finish takes, from 23 s after the start
	}{
		"nobody":                       {nil, 30 * time.Second, 0, 0},
		"one that comes again":         {[]scraper{{true, 5 * time.Second, always}}, 30 * time.Second, 0, 2 * time.Second},
		"any program that comes again": {[]scraper{{false, 5 * time.Second, always}}, 30 * time.Second, 0, 2 * time.Second},
		"two at different intervals":   {[]scraper{{true, 5 * time.Second, always}, {true, 15 * time.Second, always}}, 30 * time.Second, 0, 7 * time.Second},
		"one that has gone away":       {[]scraper{{true, 2 * time.Second, 3}}, 30 * time.Second, 0, 0},
		"one that goes away just now":  {[]scraper{{true, 5 * time.Second, 5}}, 30 * time.Second, 0, 7250 * time.Millisecond},
		"one that came once":           {[]scraper{{true, time.Minute, always}}, 30 * time.Second, 0, 30 * time.Second},
		"a person that looked once":    {[]scraper{{false, time.Minute, always}}, 30 * time.Second, 0, 0},
		"a signal while waiting":       {[]scraper{{true, 5 * time.Second, always}}, 30 * time.Second, time.Second, time.Second},
		"no waiting":                   {[]scraper{{true, 5 * time.Second, always}}, 0, 0, 0},
		"too long an interval":         {[]scraper{{true, 15 * time.Second, always}}, 5 * time.Second, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				st := stats.New(stats.Config{})
				registry := prometheus.NewRegistry()
				registry.MustRegister(metrics.NewCollector(worker("n", st)))
				l := newPipes()
				server, err := metrics.Serve(l, metrics.ServerConfig{Gatherer: registry, Linger: tt.linger})
				if err != nil {
					t.Fatal(err)
				}
				var all []*scraping
				var running sync.WaitGroup
				for i, s := range tt.scrapers {
					c := l.client(strings.Repeat("x", i+1), s.prometheus)
					all = append(all, c)
					running.Go(func() { c.every(t, s.interval, s.times) })
				}
				time.Sleep(23 * time.Second)
				r := st.Recorder()
				r.Record(r.Entry("GET", "/last"), tasks.Sample{Duration: time.Second})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if tt.signal > 0 {
					time.AfterFunc(tt.signal, cancel)
				}
				began := time.Now()
				server.Finish(ctx)
				if took := time.Since(began); took < tt.want || took > tt.want+300*time.Millisecond {
					t.Errorf("took %v, want %v", took, tt.want)
				}
				running.Wait()
				for _, c := range all {
					if waited := tt.want > 0 && tt.want < 7250*time.Millisecond && tt.signal == 0; waited && !strings.Contains(c.last, "/last") {
						t.Errorf("%s has not seen the last request", c.name)
					}
				}
			})
		})
	}
}
