//go:build integration

package integration

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// TestHostileScrapers: whatever is done to a worker's metrics (scrapers that never read,
// never ask to the end, or come by the thousand, 100 000 names and hostile ones, a receiver
// that is down), the load goes on, and master, target and the last scrape count the same.
func TestHostileScrapers(t *testing.T) {
	t.Parallel()
	const most, made = 500, 100_000 // names that are kept, and made up by the babbler
	s := newScene(t, 3*time.Minute)
	program, address := built(t, "babbler"), s.metricsAddress()
	target := s.target()
	m := s.master(target, rig.MasterConfig{Locustfile: s.locustfileOf(program), WebUI: true, StopTimeout: 5 * time.Second})
	w := s.run(rig.WorkerConfig{Path: program, Master: m.Addr, Args: []string{
		"--metrics-address", address, "--max-names", strconv.Itoa(most),
		"--remote-write-url", "http://127.0.0.1:1/api/v1/write", "--remote-write-interval", "1s",
	}})
	last := s.follow("http://" + address + "/metrics")
	s.state(m, "ready", 1, 0)
	s.ok(m.API().Swarm(s.ctx, rig.Swarm{Users: 21}))
	s.loaded(target)
	s.hold(address)
	for range 3 {
		s.crowd("http://" + address + "/metrics")
		s.loaded(target)
	}
	s.ok(m.API().Stop(s.ctx))
	s.state(m, "stopped", 1, 0)
	s.ok(m.Signal(syscall.SIGTERM))
	s.endWell(m.Process, w.Process)

	text := <-last
	served, requests := s.served(target), samples(text, "hopperband_requests_total")
	sum, final := added(requests), s.final(m)
	t.Logf("requests: scraped %d, target %d and %d made up, master %d", sum, served, made, final)
	if sum != served+made || final != sum {
		t.Error("they are not the same")
	}
	if n := added(samples(text, "hopperband_label_overflow_total")); n < made-most || len(requests) != 2*(most+1) {
		t.Errorf("%d requests under the common name, %d series", n, len(requests))
	}
	for _, name := range []string{`line\nbreak`, `quo\"te`, `back\\slash`, `{curly=\"braces\"} 1`, "not\uFFFDUTF-8", "日本"} {
		if !strings.Contains(text, `hopperband_requests_total{method="GET",name="`+name+`",`) {
			t.Errorf("no series has the name %s", name)
		}
	}
	for _, words := range []string{"cannot be written to the remote receiver", "the final metrics could not be written"} {
		if n := strings.Count(w.Log(), words); n != 1 {
			t.Errorf("the worker says %d times that they %s", n, words)
		}
	}
}

// TestSignalEndsTheLastWait: a worker that waits for a scrape of its final metrics leaves
// at once when it is told so a second time.
func TestSignalEndsTheLastWait(t *testing.T) {
	t.Parallel()
	s := newScene(t, time.Minute)
	port, err := rig.FreePort()
	s.ok(err)
	address := s.metricsAddress()
	w := s.worker("worker", rig.Local(port), "--metrics-address", address, "--metrics-linger", "1h")
	s.line(w.Process, 10*time.Second, 1, "metrics are served")
	req, err := http.NewRequest(http.MethodGet, "http://"+address+"/metrics", nil)
	s.ok(err)
	req.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", "10") // who sends this comes again
	res, err := http.DefaultClient.Do(req)
	s.ok(err)
	res.Body.Close()
	s.ok(w.Signal(syscall.SIGTERM))
	s.line(w.Process, 10*time.Second, 1, "waiting for a last scrape")
	again := time.NewTicker(200 * time.Millisecond) // at once it is taken for the first one: timeout(1) sends each twice
	defer again.Stop()
	for limit := s.within(5 * time.Second); w.Alive() && limit.Err() == nil; {
		<-again.C
		_ = w.Signal(syscall.SIGTERM) // it may have ended
	}
	s.ends(w.Process, 5*time.Second, 128+int(syscall.SIGTERM))
}

// follow scrapes until nobody answers any more, and tells the last answer. A worker that ends
// waits for it if it was there within the last two of its intervals.
func (s *scene) follow(url string) <-chan string {
	last := make(chan string, 1)
	go func() {
		text := ""
		defer func() { last <- text }()
		tick := time.NewTicker(2 * time.Second)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-s.ctx.Done():
				return
			}
			status, body, err := scrapeOnce(url, "follower")
			switch {
			case err == nil && status == http.StatusOK:
				text = body
			case text != "" && errors.Is(err, syscall.ECONNREFUSED):
				return
			}
		}
	}()
	return last
}

func scrapeOnce(url, name string) (status int, body string, err error) {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("User-Agent", name)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 3 * time.Minute}
	res, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res.StatusCode, string(text), err
}

// hold makes connections that do not let go: half of them never end their request, the
// others never read the answer.
func (s *scene) hold(address string) {
	s.t.Helper()
	for i := range 16 {
		c, err := net.Dial("tcp", address)
		s.ok(err)
		s.t.Cleanup(func() { _ = c.Close() })
		end := ""
		if i%2 == 0 {
			end = "\r\n"
		}
		_, err = fmt.Fprintf(c, "GET /metrics HTTP/1.1\r\nHost: x\r\n%s", end)
		s.ok(err)
	}
}

// crowd scrapes a thousand times at once. Each is answered, or refused.
func (s *scene) crowd(url string) {
	s.t.Helper()
	var mu sync.Mutex
	answers := map[string]int{}
	var all sync.WaitGroup
	for range 1000 {
		all.Go(func() {
			status, _, err := scrapeOnce(url, "crowd")
			mu.Lock()
			defer mu.Unlock()
			answers[fmt.Sprint(status, " ", err)]++
		})
	}
	all.Wait()
	s.t.Logf("a thousand scrapes: %v", answers)
	if ok := answers["200 <nil>"]; ok == 0 || ok+answers["503 <nil>"] != 1000 {
		s.t.Errorf("a thousand scrapes: %v", answers)
	}
}

// samples are the values of a metric in the text format.
func samples(text, metric string) (values []int64) {
	for _, found := range regexp.MustCompile(`(?m)^`+metric+`\{.*\} (\S+)$`).FindAllStringSubmatch(text, -1) {
		v, err := strconv.ParseFloat(found[1], 64)
		if err != nil {
			return nil
		}
		values = append(values, int64(v))
	}
	return values
}

func added(values []int64) (sum int64) {
	for _, v := range values {
		sum += v
	}
	return sum
}
