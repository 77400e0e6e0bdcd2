package metrics_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

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

// A discarded response is only counted.
type discarded struct {
	header http.Header
	size   int
}

func (d *discarded) Header() http.Header { return d.header }
func (d *discarded) WriteHeader(int)     {}
func (d *discarded) Write(p []byte) (int, error) {
	d.size += len(p)
	return len(p), nil
}

// scrapeOnce returns the size of an answer.
func scrapeOnce(h http.Handler, accept string) int {
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Header.Set("Accept", accept)
	w := &discarded{header: http.Header{}}
	h.ServeHTTP(w, r)
	return w.size
}

// BenchmarkMemoryOfNames reports the bytes that one name with both results holds, and those
// that are kept for it from one scrape to the next.
func BenchmarkMemoryOfNames(b *testing.B) {
	const names = 1000
	for b.Loop() {
		before := heap()
		s := busy(names)
		counted := heap()
		r := metrics.NewRegistry()
		r.MustRegister(metrics.NewCollector(worker("a", s)))
		h := serveFrom(b, metrics.ServerConfig{Gatherer: r}).Handler()
		scrapeOnce(h, protobuf)
		b.ReportMetric(float64(counted-before)/names, "B/name")
		b.ReportMetric(float64(heap()-counted)/names, "kept-B/name")
		runtime.KeepAlive(s)
		runtime.KeepAlive(h)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
