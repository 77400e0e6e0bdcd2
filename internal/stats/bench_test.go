package stats_test

import (
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/tasks"
)

// Benchmarks record response times of 0 to 300 ms under 20 names.
const benchNames = 20

func benchName(i int) string { return fmt.Sprintf("/api/v1/resource-%02d", i) }

func benchEntries(r tasks.Recorder) (names []string, entries []tasks.Entry) {
	for i := range benchNames {
		names = append(names, benchName(i))
		entries = append(entries, r.Entry("GET", benchName(i)))
	}
	return names, entries
}

func benchSample(start time.Time, i int) tasks.Sample {
	return tasks.Sample{Start: start, Duration: time.Duration(i%300)*time.Millisecond + 12_345, Length: 123}
}

func BenchmarkRecordByName(b *testing.B) {
	r := stats.New(stats.Config{}).Recorder()
	names, _ := benchEntries(r)
	start := at(0)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r.Record(r.Entry("GET", names[i%benchNames]), benchSample(start, i))
	}
}

func BenchmarkRecordByHandle(b *testing.B) {
	r := stats.New(stats.Config{}).Recorder()
	_, entries := benchEntries(r)
	start := at(0)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r.Record(entries[i%benchNames], benchSample(start, i))
	}
}

func BenchmarkRecordFailure(b *testing.B) {
	r := stats.New(stats.Config{}).Recorder()
	_, entries := benchEntries(r)
	err := errors.New("GET /api/v1/resource: 503 Service Unavailable")
	start := at(0)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s := benchSample(start, i)
		s.Err = err
		r.Record(entries[i%benchNames], s)
	}
}

// benchParallel runs as many users as there are procs, times perProc.
func benchParallel(b *testing.B, perProc int, record func(r *stats.Recorder, names []string, entries []tasks.Entry, start time.Time, i int)) {
	s := stats.New(stats.Config{})
	names, entries := benchEntries(s.Recorder())
	var users atomic.Int64
	start := at(0)
	b.SetParallelism(perProc)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		r := s.Recorder()
		for i := int(users.Add(1)) * 7; p.Next(); i++ {
			record(r, names, entries, start, i)
		}
	})
}

func recordByName(r *stats.Recorder, names []string, _ []tasks.Entry, start time.Time, i int) {
	r.Record(r.Entry("GET", names[i%benchNames]), benchSample(start, i))
}

func recordByHandle(r *stats.Recorder, _ []string, entries []tasks.Entry, start time.Time, i int) {
	r.Record(entries[i%benchNames], benchSample(start, i))
}

func BenchmarkRecordByNameParallel(b *testing.B)      { benchParallel(b, 1, recordByName) }
func BenchmarkRecordByHandleParallel(b *testing.B)    { benchParallel(b, 1, recordByHandle) }
func BenchmarkRecordByNameParallel100(b *testing.B)   { benchParallel(b, 100, recordByName) }
func BenchmarkRecordByHandleParallel100(b *testing.B) { benchParallel(b, 100, recordByHandle) }

// fill makes n names with 200 different buckets each.
func fill(s *stats.Stats, n int) {
	r := s.Recorder()
	for i := range n {
		e := r.Entry("GET", benchName(i))
		for j := range 200 {
			d := time.Duration(j) * time.Millisecond
			if j >= 100 {
				d = time.Duration(j-90) * 10 * time.Millisecond
			}
			r.Record(e, tasks.Sample{Start: at(j % 4), Duration: d})
		}
	}
}

func BenchmarkReport(b *testing.B) {
	s := stats.New(stats.Config{})
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		fill(s, 100)
		b.StartTimer()
		s.Report(at(0))
		s.Confirm()
	}
}

func BenchmarkSnapshot(b *testing.B) {
	s := stats.New(stats.Config{})
	fill(s, 100)
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for range s.Snapshot() {
			n++
		}
	}
}

// BenchmarkNow is one reading of the clock: a measure of the machine, to put beside the
// others of the same run.
func BenchmarkNow(b *testing.B) {
	var last time.Time
	for b.Loop() {
		last = time.Now()
	}
	runtime.KeepAlive(last)
}

// BenchmarkInFlight is what a request costs to be counted as in flight, and no longer.
func BenchmarkInFlight(b *testing.B) {
	n := stats.New(stats.Config{}).Recorder().InFlight()
	for b.Loop() {
		n.Add(1)
		n.Add(-1)
	}
}
