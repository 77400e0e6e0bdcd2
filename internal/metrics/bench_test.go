package metrics_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

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
