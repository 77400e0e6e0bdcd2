package metrics_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/hopperband/hopperband/internal/metrics"
	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/tasks"
)

// Names may be anything; each stays a series of its own, as valid text of bounded length.
func TestHostileNames(t *testing.T) {
	s := stats.New(stats.Config{})
	r := s.Recorder()
	long := strings.Repeat("ü", 1000)
	names := []string{
		"", " ", "a\nb", `a"b`, `a\b`, "a\\nb", "{x=\"y\"} 1\n# EOF", "\x00\x7f", "日本", "a\xff\xfeb", long, long + "a", long + "b", "'; --",
	}
	for _, name := range names {
		r.Record(r.Entry("GET\n\"", name), tasks.Sample{Start: time.Unix(1, 0), Duration: time.Second})
	}
	server := serve(t, metrics.ServerConfig{}, metrics.NewCollector(worker("n\n\"\xff", s)))
	for _, accept := range []string{"text/plain", protobuf} {
		families, _ := scrape(t, http.DefaultClient, server.url, accept)
		seen := map[string]bool{}
		for _, m := range families["hopperband_requests_total"].GetMetric() {
			for _, l := range m.GetLabel() {
				if v := l.GetValue(); !utf8.ValidString(v) || len(v) > 256 {
					t.Errorf("%s: label %q", accept, v)
				} else if l.GetName() == "name" {
					seen[v] = true
				}
			}
		}
		if len(seen) != len(names) || !seen["a\nb"] || !seen[`a"b`] || !seen["a\uFFFDb"] {
			t.Errorf("%s: %d names of %d: %v", accept, len(seen), len(names), seen)
		}
	}
}

// A flood of names ends in one series, and nothing of it is lost.
func TestTooManyNames(t *testing.T) {
	const names, most = 100_000, 500
	s := stats.New(stats.Config{MaxEntries: most})
	r := s.Recorder()
	for i := range names {
		r.Record(r.Entry("GET", fmt.Sprint("/", i)), tasks.Sample{Start: time.Unix(1, 0), Duration: time.Second})
	}
	server := serve(t, metrics.ServerConfig{}, metrics.NewCollector(worker("n", s)))
	families, _ := scrape(t, http.DefaultClient, server.url, protobuf)
	requests := families["hopperband_requests_total"].GetMetric()
	sum := 0.0
	for _, m := range requests {
		sum += m.GetCounter().GetValue()
	}
	if len(requests) != 2*(most+1) || sum != names {
		t.Errorf("%d series with %v requests", len(requests), sum)
	}
	if n := families["hopperband_label_overflow_total"].GetMetric()[0].GetCounter().GetValue(); n != names-most {
		t.Errorf("%v overflown, want %d", n, names-most)
	}
}

// A thousand scrapes at once are answered, or refused, and cost no more than a few.
func TestManyScrapes(t *testing.T) {
	server := serve(t, metrics.ServerConfig{}, metrics.NewCollector(worker("n", busy(5))))
	var mu sync.Mutex
	statuses := map[int]int{}
	var all sync.WaitGroup
	for range 1000 {
		all.Go(func() {
			client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
			res, err := client.Get(server.url)
			status := 0
			if err == nil {
				status = res.StatusCode
				res.Body.Close()
			}
			mu.Lock()
			defer mu.Unlock()
			statuses[status]++
		})
	}
	all.Wait()
	if statuses[200] == 0 || statuses[200]+statuses[503] != 1000 {
		t.Errorf("statuses %v", statuses)
	}
	if status, _ := get(t, http.DefaultClient, server.url); status != 200 {
		t.Errorf("afterwards: %d", status)
	}
}

// Scrapers that never read what they asked for, or never end asking, keep neither others
// from scraping nor the server from its end.
func TestEndlessScrapers(t *testing.T) {
	s := stats.New(stats.Config{})
	r := s.Recorder()
	for i := range 2000 { // more than a socket holds
		r.Record(r.Entry("GET", fmt.Sprint("/", i)), tasks.Sample{Start: time.Unix(1, 0), Duration: time.Second, Err: errTimeout})
		r.Record(r.Entry("GET", fmt.Sprint("/", i)), tasks.Sample{Start: time.Unix(1, 0), Duration: time.Second})
	}
	server := serve(t, metrics.ServerConfig{Linger: time.Minute}, metrics.NewCollector(worker("n", s)))
	for i := range 8 {
		c, err := net.Dial("tcp", server.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if i%2 == 0 {
			fmt.Fprint(c, "GET /metrics HTTP/1.1\r\nHost: x\r\n") // and never the end of it
			continue
		}
		fmt.Fprint(c, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
		if _, err := bufio.NewReaderSize(c, 16).ReadByte(); err != nil { // and never another one
			t.Fatal(err)
		}
	}
	r.Record(r.Entry("GET", "/fresh"), tasks.Sample{Start: time.Unix(1, 0), Duration: time.Second})
	if status, body := get(t, http.DefaultClient, server.url); status != 200 || !strings.Contains(body, `name="/fresh"`) {
		t.Errorf("status %d, fresh: %v", status, strings.Contains(body, `name="/fresh"`))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	server.Finish(ctx)
	if ctx.Err() != nil {
		t.Error("they keep the server from its end")
	}
}
