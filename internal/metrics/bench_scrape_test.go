//go:build unix

package metrics_test

import (
	"fmt"
	"io"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/hopperband/hopperband/internal/metrics"
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

// BenchmarkExposition is what a scrape costs the worker: the values of 100 names with both
// results are gathered and encoded, without compression and without a connection. A
// program's own registry gathers them as it does all else.
func BenchmarkExposition(b *testing.B) {
	c := metrics.NewCollector(worker("a", busy(100)))
	own := prometheus.NewRegistry()
	own.MustRegister(c)
	for name, s := range map[string]*metrics.Server{"registry=ours": serve(b, metrics.ServerConfig{}, c).Server, "registry=own": serveFrom(b, metrics.ServerConfig{Gatherer: own})} {
		for format, accept := range map[string]string{"text": plainText, "openmetrics": openMetrics, "protobuf": protobuf} {
			b.Run(name+"/"+format, func(b *testing.B) { answer(b, s.Handler(), accept) })
		}
	}
}

func answer(b *testing.B, h http.Handler, accept string) {
	b.ReportAllocs()
	size, scrapes, began := 0, 0, userTime(b)
	for b.Loop() {
		size = scrapeOnce(h, accept)
		scrapes++
	}
	if size < 100_000 {
		b.Errorf("%d bytes", size)
	}
	b.ReportMetric(float64(userTime(b)-began)/1e6/float64(scrapes), "user-ms/scrape")
	b.ReportMetric(float64(size), "B/scrape")
}

// BenchmarkScrape is a scrape of a worker with so many names, each with both results, over
// a connection, with what the client takes for it.
func BenchmarkScrape(b *testing.B) {
	for _, names := range []int{100, 10_000} {
		b.Run(fmt.Sprint("names=", names), func(b *testing.B) {
			url := serve(b, metrics.ServerConfig{}, metrics.NewCollector(worker("a", busy(names)))).url
			b.Run("text", func(b *testing.B) { scrapeWith(b, url, plainText, "identity") })
			b.Run("text-gzip", func(b *testing.B) { scrapeWith(b, url, plainText, "gzip") })
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
