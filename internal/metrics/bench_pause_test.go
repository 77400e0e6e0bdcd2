//go:build unix

package metrics_test

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/metrics"
	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/tasks"
)

// BenchmarkRecordScraped records the same in turns of five million records, while there is
// nothing else (off), a scrape (on), only that part of a scrape which takes locks of the
// users (snapshot), or a goroutine without any lock that uses the CPU as long as a scrape
// and leaves as much garbage (decoy): in each turn one of them, which is several a second.
// It reports the medians of the turns: of a record, and of the longest that 100 records took.
func BenchmarkRecordScraped(b *testing.B) {
	s, registry := busy(100), metrics.NewRegistry()
	registry.MustRegister(metrics.NewCollector(worker("a", s)))
	scrape := func() { _, _ = registry.Gather() }
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
		b.ReportMetric(t.pause(), name+"-pause-µs")
	}
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

// The garbage of a scrape, as BenchmarkExposition reports it.
const (
	garbagePieces = 4000
	garbagePiece  = 200
)

// turns are what recording took, and what happened meanwhile.
type turns struct{ perRecord, longest, meanwhile []time.Duration }

func (t *turns) add(r *stats.Recorder, e tasks.Entry, meanwhile func()) {
	const chunks, perChunk = 50_000, 100
	sample := tasks.Sample{Start: time.Unix(1_700_000_000, 0), Duration: 3 * time.Millisecond}
	took := make(chan time.Duration)
	go func() {
		began := time.Now()
		meanwhile()
		took <- time.Since(began)
	}()
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
	t.meanwhile = append(t.meanwhile, <-took)
}

// median is in nanoseconds.
func (t *turns) median() float64 { return float64(middle(t.perRecord)) / 1000 }

// pause is in microseconds.
func (t *turns) pause() float64 { return float64(middle(t.longest)) / 1000 }

func middle[T cmp.Ordered](all []T) T { return slices.Sorted(slices.Values(all))[len(all)/2] }
