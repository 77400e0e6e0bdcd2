//go:build unix

package metrics_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/hopperband/hopperband/internal/metrics"
	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/tasks"
)

// userTime is what this process has used of the CPUs outside of the kernel: unlike the
// time of a clock, it says little about what else the machine does.
func userTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano())
}

func registryOf(s *stats.Stats) *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(metrics.NewCollector(worker("a", s)))
	return registry
}

// BenchmarkScrape is a scrape of a worker with so many names, each with both results, over
// a connection, with what the client takes for it.
func BenchmarkScrape(b *testing.B) {
	for _, names := range []int{100, 10_000} {
		b.Run(fmt.Sprint("names=", names), func(b *testing.B) {
			url := serve(b, metrics.ServerConfig{}, metrics.NewCollector(worker("a", busy(names)))).url
			const protobuf = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
			b.Run("text", func(b *testing.B) { scrapeWith(b, url, "text/plain", "identity") })
			b.Run("text-gzip", func(b *testing.B) { scrapeWith(b, url, "text/plain", "gzip") })
			b.Run("protobuf", func(b *testing.B) { scrapeWith(b, url, protobuf, "identity") })
			b.Run("protobuf-gzip", func(b *testing.B) { scrapeWith(b, url, protobuf, "gzip") })
		})
	}
}

func scrapeWith(b *testing.B, url, accept, encoding string) {
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Accept", accept)
	r.Header.Set("Accept-Encoding", encoding)
	b.ReportAllocs()
	size, scrapes, began := int64(0), 0, userTime(b)
	for b.Loop() {
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		if size, err = io.Copy(io.Discard, res.Body); err != nil {
			b.Fatal(err)
		}
		res.Body.Close()
		scrapes++
	}
	b.ReportMetric(float64(userTime(b)-began)/1e6/float64(scrapes), "user-ms/scrape")
	b.ReportMetric(float64(size), "B/scrape")
}

// BenchmarkRecordScraped records the same with metrics off and on, in turns of five
// million records: on means that there is a scrape in each turn, which is several a second. It reports the medians of the
// turns, their ratio, and the longest that 100 records took, in the median turn.
func BenchmarkRecordScraped(b *testing.B) {
	s := busy(100)
	r, registry := s.Recorder(), registryOf(s)
	e := r.Entry("GET", "/items/1")
	var off, on turns
	for b.Loop() {
		off.add(r, e, func() {})
		on.add(r, e, func() { _, _ = registry.Gather() })
	}
	b.ReportMetric(0, "ns/op") // of a pair of turns: it says nothing
	b.ReportMetric(off.median(), "off-ns/record")
	b.ReportMetric(on.median(), "on-ns/record")
	b.ReportMetric(on.median()/off.median(), "on/off")
	b.ReportMetric(off.pause(), "off-pause-µs")
	b.ReportMetric(on.pause(), "on-pause-µs")
}

// turns are what recording took.
type turns struct{ perRecord, longest []time.Duration }

func (t *turns) add(r *stats.Recorder, e tasks.Entry, meanwhile func()) {
	const chunks, perChunk = 50_000, 100
	sample := tasks.Sample{Start: time.Unix(1_700_000_000, 0), Duration: 3 * time.Millisecond}
	done := make(chan struct{})
	go func() { defer close(done); meanwhile() }()
	began := time.Now()
	last, longest := began, time.Duration(0)
	for range chunks {
		for range perChunk {
			r.Record(e, sample)
		}
		now := time.Now()
		longest = max(longest, now.Sub(last))
		last = now
	}
	t.perRecord = append(t.perRecord, last.Sub(began)/chunks*1000/perChunk)
	t.longest = append(t.longest, longest)
	<-done
}

// median is in nanoseconds.
func (t *turns) median() float64 { return float64(middle(t.perRecord)) / 1000 }

// pause is in microseconds.
func (t *turns) pause() float64 { return float64(middle(t.longest)) / 1000 }

func middle(ds []time.Duration) time.Duration {
	slices.Sort(ds)
	return ds[len(ds)/2]
}
