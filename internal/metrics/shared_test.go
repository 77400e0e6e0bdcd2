package metrics_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"github.com/hopperband/hopperband/internal/metrics"
	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/tasks"
)

// A scrape that takes the memory of one before shows nothing of that.
func TestScrapeAfterScrape(t *testing.T) {
	s := stats.New(stats.Config{})
	r := s.Recorder()
	c := metrics.NewCollector(worker("n", s))
	url := serve(t, metrics.ServerConfig{}, c, metrics.NewCollector(full("another"))).url
	for i := range 6 {
		for n := range 3 * i { // names, buckets and failures that were not there
			e := r.Entry("GET", fmt.Sprint("/", n))
			r.Record(e, tasks.Sample{Start: time.Unix(1, 0), Duration: time.Duration(i*i*n) * time.Millisecond})
			if n%2 == 0 {
				r.Record(e, tasks.Sample{Start: time.Unix(1, 0), Duration: time.Hour, Err: errTimeout})
			}
		}
		for accept, kind := range map[string]expfmt.FormatType{plainText: expfmt.TypeTextPlain, protobuf: expfmt.TypeProtoDelim} {
			got, _ := fetch(t, http.DefaultClient, url, accept)
			if want := encoded(t, expfmt.NewFormat(kind), c, metrics.NewCollector(full("another"))); string(got) != want {
				t.Errorf("scrape %d, %s: %s", i, accept, firstDifference(string(got), want))
			}
		}
	}
}

// Scrapes at the same time, while users record, see whole histograms.
func TestScrapesAtTheSameTime(t *testing.T) {
	s := stats.New(stats.Config{})
	url := serve(t, metrics.ServerConfig{}, metrics.NewCollector(worker("n", s))).url
	done := make(chan struct{})
	var users, scrapers sync.WaitGroup
	users.Go(func() {
		r := s.Recorder()
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
				e := r.Entry("GET", fmt.Sprint("/", i%30))
				r.Record(e, tasks.Sample{Start: time.Unix(1, 0), Duration: time.Duration(i%5000) * time.Millisecond})
			}
		}
	})
	for range 4 {
		scrapers.Go(func() {
			for range 10 {
				families, _ := scrape(t, http.DefaultClient, url, protobuf)
				for _, m := range families["hopperband_request_duration_seconds"].GetMetric() {
					whole(t, m.GetHistogram())
				}
			}
		})
	}
	scrapers.Wait()
	close(done)
	users.Wait()
}

// whole wants the same number in the buckets of both kinds.
func whole(t *testing.T, h *dto.Histogram) {
	t.Helper()
	sum := h.GetZeroCount()
	for _, n := range native(h) {
		sum += uint64(n)
	}
	if last := h.GetBucket()[14].GetCumulativeCount(); sum != h.GetSampleCount() || last != h.GetSampleCount() {
		t.Errorf("%d in native buckets, %d in classic ones: %v", sum, last, h)
	}
}
