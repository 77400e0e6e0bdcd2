package metrics_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/hopperband/hopperband/internal/metrics"
	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/tasks"
)

// busy returns counters of so many names, each with 1000 successes and 1000 failures whose
// response times have the usual shape: a median of 20 ms, and 64 ms at the 99th percentile.
func busy(names int) *stats.Stats {
	s := stats.New(stats.Config{MaxEntries: names})
	r := s.Recorder()
	random := rand.New(rand.NewPCG(1, 2))
	for n := range names {
		e := r.Entry("GET", fmt.Sprintf("/items/%d", n))
		for range 1000 {
			d := time.Duration(20e6 * math.Exp(random.NormFloat64()/2))
			r.Record(e, tasks.Sample{Start: time.Unix(1_700_000_000, 0), Duration: d, Length: 100})
			r.Record(e, tasks.Sample{Start: time.Unix(1_700_000_000, 0), Duration: 2 * d, Err: errTimeout})
		}
	}
	return s
}

func BenchmarkScrape(b *testing.B) {
	for _, names := range []int{100, 10_000} {
		registry := prometheus.NewRegistry()
		registry.MustRegister(metrics.NewCollector(worker("a", busy(names))))
		handler := promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: true})
		for format, accept := range map[string]string{
			"text":     "text/plain",
			"protobuf": "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
		} {
			b.Run(fmt.Sprintf("names=%d/%s", names, format), func(b *testing.B) {
				b.ReportAllocs()
				size := 0
				for b.Loop() {
					w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/metrics", nil)
					r.Header.Set("Accept", accept)
					handler.ServeHTTP(w, r)
					size = w.Body.Len()
				}
				b.ReportMetric(float64(size), "B/scrape")
			})
		}
	}
}

// BenchmarkRecordWhileScraped is one request of a user while somebody scrapes all the
// time, or nobody does.
func BenchmarkRecordWhileScraped(b *testing.B) {
	for _, scraped := range []bool{false, true} {
		b.Run(fmt.Sprint("scraped=", scraped), func(b *testing.B) {
			s := busy(100)
			registry := prometheus.NewRegistry()
			registry.MustRegister(metrics.NewCollector(worker("a", s)))
			stop, stopped := make(chan struct{}), make(chan struct{})
			go func() {
				defer close(stopped)
				tick := time.NewTicker(100 * time.Millisecond)
				defer tick.Stop()
				for {
					select {
					case <-stop:
						return
					case <-tick.C:
						if scraped {
							_, _ = registry.Gather()
						}
					}
				}
			}()
			r := s.Recorder()
			e := r.Entry("GET", "/items/1")
			sample := tasks.Sample{Start: time.Unix(1_700_000_000, 0), Duration: 3 * time.Millisecond}
			b.ReportAllocs()
			for b.Loop() {
				r.Record(e, sample)
			}
			close(stop)
			<-stopped
		})
	}
}

// BenchmarkMemoryOfNames reports the bytes that one name with both outcomes holds.
func BenchmarkMemoryOfNames(b *testing.B) {
	const names = 2000
	for b.Loop() {
		before := heap()
		s := busy(names)
		b.ReportMetric(float64(heap()-before)/names, "B/name")
		runtime.KeepAlive(s)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
