package stats_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/tasks"
)

func TestIdleReport(t *testing.T) {
	s := stats.New(stats.Config{})
	s.NewTest(at(0))
	s.Recorder().Entry("GET", "/never requested")
	want := &stats.Report{Total: stats.Entry{Start: at(0)}, Entries: []stats.Entry{}}
	if got := s.Report(at(3)); !reflect.DeepEqual(got, want) {
		t.Errorf("report is %+v, want %+v", got, want)
	}
}

func TestReportsStartWhereTheLastOneEnded(t *testing.T) {
	begin := time.Now()
	s := stats.New(stats.Config{})
	if start := s.Report(at(3)).Total.Start; start.Before(begin) || start.After(time.Now()) {
		t.Errorf("first report starts at %v", start)
	}
	s.Confirm()
	if got := s.Report(at(6)); !got.Total.Start.Equal(at(3)) {
		t.Errorf("second report starts at %v", got.Total.Start)
	}
	s.Requeue()
	record(s, "GET", "/", 0)
	got := s.Report(at(9))
	if !got.Total.Start.Equal(at(3)) || !got.Entries[0].Start.Equal(at(3)) {
		t.Errorf("report after requeue starts at %v, its entry at %v", got.Total.Start, got.Entries[0].Start)
	}
	s.NewTest(at(20))
	if got := s.Report(at(23)); !got.Total.Start.Equal(at(20)) {
		t.Errorf("report of a new test starts at %v", got.Total.Start)
	}
}

func TestOneReportInFlight(t *testing.T) {
	s := stats.New(stats.Config{})
	s.Confirm() // without a report they do nothing
	s.Requeue()
	record(s, "GET", "/", 0)
	first := s.Report(at(1))
	if second := s.Report(at(2)); first == nil || second != nil || !s.Pending() {
		t.Errorf("reports are %v and %v", first, second)
	}
	s.Confirm()
	s.Confirm()
	if s.Pending() {
		t.Error("pending after confirm")
	}
	if got := s.Report(at(3)); got == nil || got.Total.Requests != 0 {
		t.Errorf("report after confirm is %+v", got)
	}
	if got, want := s.Totals(), (stats.Totals{Recorded: 1, Reported: 1}); got != want {
		t.Errorf("totals are %+v, want %+v", got, want)
	}
}

func TestRequeuedIsResent(t *testing.T) {
	s := stats.New(stats.Config{})
	record(s, "GET", "/", time.Second, 2*time.Second)
	s.Report(at(1))
	s.Requeue()
	if got := s.Totals().Resent; got != 0 {
		t.Errorf("%d resent before they are", got)
	}
	record(s, "GET", "/", 3*time.Second)
	got := s.Report(at(2)).Total
	if got.Requests != 3 || got.MinResponseTime != time.Second || got.MaxResponseTime != 3*time.Second {
		t.Errorf("total is %+v", got)
	}
	s.Requeue()
	s.Report(at(3))
	s.Confirm()
	s.Report(at(4))
	if got, want := s.Totals(), (stats.Totals{Recorded: 3, Resent: 2 + 3, Reported: 3}); got != want {
		t.Errorf("totals are %+v, want %+v", got, want)
	}
}

func TestNewTestDropsWhatIsNotConfirmed(t *testing.T) {
	s := stats.New(stats.Config{})
	record(s, "GET", "/", 0, 0)
	s.Report(at(1))
	record(s, "GET", "/", 0)
	before := snapshot(s)
	s.NewTest(at(2))
	if s.Pending() {
		t.Error("the old report is still in flight")
	}
	if got := s.Report(at(3)); got.Total.Requests != 0 || len(got.Entries) != 0 {
		t.Errorf("report of the new test is %+v", got)
	}
	if got, want := s.Totals(), (stats.Totals{Recorded: 3, Unreported: 3}); got != want {
		t.Errorf("totals are %+v, want %+v", got, want)
	}
	if after := snapshot(s); !reflect.DeepEqual(before, after) {
		t.Errorf("snapshot was %+v, is %+v", before, after)
	}
}

func TestNewTestAfterRequeueResendsNothing(t *testing.T) {
	s := stats.New(stats.Config{})
	record(s, "GET", "/", 0, 0)
	s.Report(at(1))
	s.Requeue()
	s.NewTest(at(2))
	s.Report(at(3))
	if got, want := s.Totals(), (stats.Totals{Recorded: 2, Unreported: 2}); got != want {
		t.Errorf("totals are %+v, want %+v", got, want)
	}
}

func TestAbandon(t *testing.T) {
	s := stats.New(stats.Config{})
	record(s, "GET", "/", 0)
	s.Report(at(1))
	s.Confirm()
	record(s, "GET", "/", 0, 0)
	s.Report(at(2))
	record(s, "GET", "/", 0)
	if n := s.Abandon(); n != 3 {
		t.Errorf("%d abandoned, want 3", n)
	}
	if n := s.Abandon(); n != 0 {
		t.Errorf("%d abandoned the second time", n)
	}
	if got, want := s.Totals(), (stats.Totals{Recorded: 4, Reported: 1, Unreported: 3}); got != want {
		t.Errorf("totals are %+v, want %+v", got, want)
	}
}

func TestEntriesAreSorted(t *testing.T) {
	s := stats.New(stats.Config{})
	for _, n := range []name{{"/b", "GET"}, {"/a", "POST"}, {"/c", "DELETE"}, {"/a", "GET"}} {
		record(s, n.method, n.name, 0)
	}
	var got []name
	for _, e := range s.Report(at(1)).Entries {
		got = append(got, name{e.Name, e.Method})
	}
	want := []name{{"/a", "GET"}, {"/a", "POST"}, {"/b", "GET"}, {"/c", "DELETE"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("entries are %v, want %v", got, want)
	}
}

func TestSecondsAreFolded(t *testing.T) {
	s := stats.New(stats.Config{})
	r := s.Recorder()
	add := func(seconds ...int) {
		for _, n := range seconds {
			r.Record(r.Entry("GET", "/"), tasks.Sample{Start: at(n)})
		}
	}
	check := func(counts ...stats.Count) {
		t.Helper()
		report := s.Report(at(0))
		if got := report.Entries[0].PerSecond; !reflect.DeepEqual(got, counts) {
			t.Errorf("per second:\n%v, want\n%v", got, counts)
		}
		if got := report.Total.PerSecond; !reflect.DeepEqual(got, counts) {
			t.Errorf("per second of the total:\n%v, want\n%v", got, counts)
		}
	}
	span := func(from, to int, first int64) (cs []stats.Count) {
		for n := from; n <= to; n++ {
			cs = append(cs, stats.Count{Key: at(n).Unix(), N: 1})
		}
		cs[0].N = first
		return cs
	}

	add(3, 1, 2)
	check(span(1, 3, 1)...)
	s.Confirm()

	for n := range 20 {
		add(19 - n) // downwards: what is earlier than the sixteen
	}
	check(span(4, 19, 5)...)
	s.Requeue()

	add(20, 21) // upwards: what becomes earlier than the sixteen
	check(span(6, 21, 7)...)
	s.Requeue()

	add(5) // earlier still
	check(span(6, 21, 8)...)
}

func TestTotalIsBoundedByTimesOnly(t *testing.T) {
	for _, names := range [][]string{{"/a", "/b"}, {"/b", "/a"}} {
		s := stats.New(stats.Config{})
		record(s, "GET", names[0], tasks.NoResponseTime)
		record(s, "GET", names[1], 2*time.Second, 3*time.Second)
		if got := s.Report(at(0)).Total; got.MinResponseTime != 2*time.Second || got.MaxResponseTime != 3*time.Second {
			t.Errorf("total is %+v", got)
		}
	}
}

func TestTotalKeepsTheSecondsOfAllEntries(t *testing.T) {
	s := stats.New(stats.Config{})
	r := s.Recorder()
	for n := range 40 {
		r.Record(r.Entry("GET", []string{"/early", "/late"}[n/20]), tasks.Sample{Start: at(n)})
	}
	got := s.Report(at(0)).Total.PerSecond
	if len(got) != 32 || got[0] != (stats.Count{Key: at(4).Unix(), N: 5}) || got[16] != (stats.Count{Key: at(24).Unix(), N: 5}) {
		t.Errorf("per second: %v", got)
	}
}
