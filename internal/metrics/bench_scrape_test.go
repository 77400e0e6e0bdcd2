//go:build unix

package metrics_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

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

// A registry of ours, or of Prometheus.
type registry interface {
	prometheus.Registerer
	prometheus.Gatherer
}

// BenchmarkExposition is what a scrape costs the worker: its values are gathered and
// encoded, of 100 names with both results, without compression. A program's own registry
// gathers them as it does all else.
func BenchmarkExposition(b *testing.B) {
	s := busy(100)
	for name, r := range map[string]registry{"registry=ours": metrics.NewRegistry(), "registry=own": prometheus.NewRegistry()} {
		r.MustRegister(metrics.NewCollector(worker("a", s)))
		b.Run(name, func(b *testing.B) {
			b.Run("gathered", func(b *testing.B) { expose(b, r, "") })
			b.Run("text", func(b *testing.B) { expose(b, r, expfmt.NewFormat(expfmt.TypeTextPlain)) })
			b.Run("openmetrics", func(b *testing.B) { expose(b, r, expfmt.NewFormat(expfmt.TypeOpenMetrics)) })
			b.Run("protobuf", func(b *testing.B) { expose(b, r, expfmt.NewFormat(expfmt.TypeProtoDelim)) })
		})
	}
}

// expose gathers, and encodes in a format unless it is "".
func expose(b *testing.B, g prometheus.Gatherer, format expfmt.Format) {
	var out bytes.Buffer
	b.ReportAllocs()
	scrapes, began := 0, userTime(b)
	for b.Loop() {
		families, err := g.Gather()
		if err != nil || len(families) == 0 {
			b.Fatal(len(families), err)
		}
		out.Reset()
		for _, f := range families {
			if format == "" {
				continue
			}
			if err := expfmt.NewEncoder(&out, format).Encode(f); err != nil {
				b.Fatal(err)
			}
		}
		scrapes++
	}
	b.ReportMetric(float64(userTime(b)-began)/1e6/float64(scrapes), "user-ms/scrape")
	b.ReportMetric(float64(out.Len()), "B/scrape")
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
