package stats_test

import (
	"math"
	"reflect"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/tasks"
)

// snapshot keeps what a snapshot yields.
func snapshot(s *stats.Stats) (all []stats.Series) {
	for x := range s.Snapshot() {
		kept := *x
		for _, o := range []*stats.Outcome{&kept.Succeeded, &kept.Failed} {
			o.Classic, o.Native = append([]int64(nil), o.Classic...), append([]stats.Count(nil), o.Native...)
		}
		all = append(all, kept)
	}
	return all
}

func TestSnapshot(t *testing.T) {
	s := stats.New(stats.Config{})
	r := s.Recorder()
	e := r.Entry("GET", "/")
	r.Entry("GET", "/never requested")
	for _, d := range []time.Duration{0, time.Millisecond, time.Second, time.Second + 1, 2 * time.Minute, tasks.NoResponseTime} {
		r.Record(e, tasks.Sample{Start: at(0), Duration: d, Length: 10})
	}
	r.Record(e, tasks.Sample{Start: at(0), Duration: time.Second, Err: syscall.ECONNREFUSED})
	r.Interrupt(e)

	want := stats.Series{
		Method: "GET", Name: "/",
		Interrupted: 1, Length: 60,
		Succeeded: stats.Outcome{
			Requests: 6, NoneRequests: 1,
			ResponseTime: 122.001000001,
			Classic:      []int64{2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 4, 4, 4, 4, 4, 5},
			Native:       []stats.Count{{Key: -318, N: 1}, {Key: 0, N: 1}, {Key: 1, N: 1}, {Key: 222, N: 1}},
			Zero:         1,
		},
		Failed: stats.Outcome{
			Requests:     1,
			ResponseTime: 1,
			Classic:      []int64{0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1},
			Native:       []stats.Count{{Key: 0, N: 1}},
		},
	}
	want.Reasons[tasks.ReasonConnect] = 1
	for range 2 { // reports change nothing
		got := snapshot(s)
		if len(got) != 1 || !reflect.DeepEqual(got[0], want) {
			t.Fatalf("snapshot is\n%+v, want\n%+v", got, want)
		}
		s.Report(at(1))
		s.Confirm()
	}
}

func TestSnapshotShowsWhatWasOnlyInterrupted(t *testing.T) {
	s := stats.New(stats.Config{})
	r := s.Recorder()
	r.Interrupt(r.Entry("GET", "/"))
	got := snapshot(s)
	if len(got) != 1 || got[0].Interrupted != 1 || got[0].Succeeded.Requests != 0 {
		t.Errorf("snapshot is %+v", got)
	}
	if report := s.Report(at(1)); len(report.Entries) != 0 {
		t.Errorf("report is %+v", report)
	}
}

func TestResponseTimesSumUpBeyond64Bits(t *testing.T) {
	s := stats.New(stats.Config{})
	const year = 365 * 24 * time.Hour
	record(s, "GET", "/", slices.Repeat([]time.Duration{year}, 1000)...)
	if got, want := snapshot(s)[0].Succeeded.ResponseTime, 1000*year.Seconds(); math.Abs(got-want) > 1 {
		t.Errorf("sum is %v s, want %v s", got, want)
	}
}

func TestClassicBoundsAreACopy(t *testing.T) {
	stats.ClassicBounds()[0] = 7
	bounds := stats.ClassicBounds()
	if bounds[0] != .001 || bounds[len(bounds)-1] != 60 || !slices.IsSorted(bounds) {
		t.Errorf("bounds are %v", bounds)
	}
}
