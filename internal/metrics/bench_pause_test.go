//go:build unix

package metrics_test

import (
	"cmp"
	runtimemetrics "runtime/metrics"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/metrics"
	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/tasks"
)

// BenchmarkRecordScraped records the same in turns of a million records, while there is
// nothing else (off), a scrape (on), only that part of a scrape which takes locks of the
// users (snapshot), or a goroutine without any lock that uses the CPU as long as a scrape
// and leaves as much garbage (decoy): in each turn one of them, which is many a second. It
// reports the medians of the turns, of a record and of the longest that 100 records took,
// and how long both goroutines waited for locks in a turn, on average.
func BenchmarkRecordScraped(b *testing.B) {
	s, server := busy(100), metrics.NewRegistry()
	server.MustRegister(metrics.NewCollector(worker("a", s)))
	handler := serveFrom(b, metrics.ServerConfig{Gatherer: server}).Handler()
	scrape := func() { scrapeOnce(handler, protobuf) }
	r := s.Recorder()
	e := r.Entry("GET", "/items/1")
	var off, on, snapshot, decoy turns
	for b.Loop() {
		off.add(r, e, func() {})
		on.add(r, e, scrape)
		snapshot.add(r, e, func() { read(s) })
		decoy.add(r, e, decoyOf(on.meanwhile))
	}
	b.ReportMetric(0, "ns/op") // of all turns: it says nothing
	b.ReportMetric(on.median()/off.median(), "on/off")
	for name, t := range map[string]*turns{"off": &off, "on": &on, "snapshot": &snapshot, "decoy": &decoy} {
		b.ReportMetric(t.median(), name+"-ns/record")
		b.ReportMetric(micros(t.longest), name+"-pause-µs")
		b.ReportMetric(float64(t.waited.Microseconds())/float64(len(t.longest)), name+"-lock-µs")
	}
}

// lockWaits is how long goroutines have waited for mutexes so far. The runtime looks at one
// goroutine in eight, and multiplies: so each turn has a goroutine of its own.
func lockWaits() time.Duration {
	sample := []runtimemetrics.Sample{{Name: "/sync/mutex/wait/total:seconds"}}
	runtimemetrics.Read(sample)
	return time.Duration(sample[0].Value.Float64() * float64(time.Second))
}

func read(s *stats.Stats) (n int) {
	for range s.Snapshot() {
		n++
	}
	return n
}

// decoyOf returns what takes as long as the last of some scrapes took, and allocates as
// they do.
func decoyOf(scrapes []time.Duration) func() {
	took := scrapes[len(scrapes)-1]
	return func() {
		var kept [][]byte
		for began := time.Now(); time.Since(began) < took; {
			if len(kept) < garbagePieces {
				kept = append(kept, make([]byte, garbagePiece))
			}
		}
	}
}

// The garbage of a scrape in protobuf, as BenchmarkExposition reports it.
const (
	garbagePieces = 1000
	garbagePiece  = 250
)

// turns are what recording took, and what happened meanwhile.
type turns struct {
	perRecord, longest, meanwhile []time.Duration
	waited                        time.Duration // in all of them
}

func (t *turns) add(r *stats.Recorder, e tasks.Entry, meanwhile func()) {
	waits := lockWaits()
	var both sync.WaitGroup
	both.Go(func() {
		began := time.Now()
		meanwhile()
		t.meanwhile = append(t.meanwhile, time.Since(began))
	})
	both.Go(func() { t.record(r, e) })
	both.Wait()
	t.waited += lockWaits() - waits
}

func (t *turns) record(r *stats.Recorder, e tasks.Entry) {
	const chunks, perChunk = 10_000, 100
	sample := tasks.Sample{Start: time.Unix(1_700_000_000, 0), Duration: 3 * time.Millisecond}
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
}

// median is in nanoseconds.
func (t *turns) median() float64 { return float64(middle(t.perRecord)) / 1000 }

func micros(ds []time.Duration) float64 { return float64(middle(ds)) / 1000 }

func middle[T cmp.Ordered](all []T) T { return slices.Sorted(slices.Values(all))[len(all)/2] }
