package stats_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
	"unsafe"

	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/tasks"
)

// record counts one request for each duration, which all began at once.
func record(s *stats.Stats, method, name string, ds ...time.Duration) {
	r := s.Recorder()
	for _, d := range ds {
		r.Record(r.Entry(method, name), tasks.Sample{Start: at(0), Duration: d})
	}
}

func TestSamples(t *testing.T) {
	for _, c := range []struct {
		name   string
		sample tasks.Sample
		want   stats.Entry
	}{
		{
			"counted in the second of its end",
			tasks.Sample{Start: at(0), Duration: 2500 * time.Millisecond, Length: 7},
			stats.Entry{
				Length: 7, ResponseTime: 2500 * time.Millisecond,
				Last:          at(0).Add(2500 * time.Millisecond),
				ResponseTimes: []stats.Count{{Key: 2500, N: 1}}, PerSecond: []stats.Count{{Key: at(2).Unix(), N: 1}},
			},
		},
		{
			"no response time",
			tasks.Sample{Start: at(1), Duration: tasks.NoResponseTime},
			stats.Entry{NoneRequests: 1, Last: at(1), PerSecond: []stats.Count{{Key: at(1).Unix(), N: 1}}},
		},
		{
			"negative values are zero",
			tasks.Sample{Start: at(1), Duration: -2, Length: -1},
			stats.Entry{
				Last: at(1), ResponseTimes: []stats.Count{{Key: 0, N: 1}},
				PerSecond: []stats.Count{{Key: at(1).Unix(), N: 1}},
			},
		},
		{
			"above a year is a year",
			tasks.Sample{Start: at(0), Duration: math.MaxInt64},
			stats.Entry{
				ResponseTime: 365 * 24 * time.Hour, Last: at(365 * 24 * 3600),
				ResponseTimes: []stats.Count{{Key: 365 * 24 * 3_600_000, N: 1}},
				PerSecond:     []stats.Count{{Key: at(365 * 24 * 3600).Unix(), N: 1}},
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := stats.New(stats.Config{})
			s.NewTest(at(0))
			r := s.Recorder()
			r.Record(r.Entry("GET", "/"), c.sample)
			c.want.Method, c.want.Name, c.want.Start, c.want.Requests = "GET", "/", at(0), 1
			c.want.MinResponseTime, c.want.MaxResponseTime = c.want.ResponseTime, c.want.ResponseTime
			sameEntry(t, s.Report(at(5)).Entries[0], c.want, false)
		})
	}
}

func TestSampleWithoutStartEndsNow(t *testing.T) {
	s := stats.New(stats.Config{})
	before := time.Now()
	r := s.Recorder()
	r.Record(r.Entry("GET", "/"), tasks.Sample{Duration: time.Hour})
	if last := s.Report(at(0)).Total.Last; last.Before(before.Truncate(0)) || last.After(time.Now()) {
		t.Errorf("the request ended at %v", last)
	}
}

func TestEntryIsTheSameForAllUsers(t *testing.T) {
	s := stats.New(stats.Config{Shards: 2})
	a, b := s.Recorder(), s.Recorder()
	other := a.Entry("GET", "/other")
	if x, y := a.Entry("GET", "/"), b.Entry("GET", "/"); x != y || x == other {
		t.Errorf("handles are %d and %d, and %d for another name", x, y, other)
	}
	if a.Entry("POST", "/") == a.Entry("GET", "/") {
		t.Error("the method does not tell entries apart")
	}
}

func TestUnknownHandleCountsAsOverflow(t *testing.T) {
	s := stats.New(stats.Config{})
	r := s.Recorder()
	for _, e := range []tasks.Entry{0, -1, 7} {
		r.Record(e, tasks.Sample{Start: at(0)})
	}
	got := s.Report(at(0)).Entries
	if len(got) != 1 || got[0].Name != "(more than 10000 names)" || got[0].Requests != 3 {
		t.Errorf("entries are %+v", got)
	}
}

func TestRevokedUserIsInterrupted(t *testing.T) {
	s := stats.New(stats.Config{})
	r := s.Recorder()
	e := r.Entry("GET", "/")
	r.Record(e, tasks.Sample{Start: at(0)})
	r.Revoke()
	r.Record(e, tasks.Sample{Start: at(0)})
	r.Record(e, tasks.Sample{Start: at(0), Err: errors.New("late")})
	want := stats.Totals{Recorded: 1, Interrupted: 2}
	if got := s.Totals(); got != want {
		t.Errorf("totals are %+v, want %+v", got, want)
	}
	if report := s.Report(at(0)); report.Total.Requests != 1 || len(report.Errors) != 0 {
		t.Errorf("report is %+v", report)
	}
}

type badError struct{ text *string }

func (e *badError) Error() string { return *e.text }

func TestErrorTexts(t *testing.T) {
	var none *badError
	long := strings.Repeat("é", 2000)
	for _, c := range []struct {
		err  error
		want string
	}{
		{errors.New("plain"), "plain"},
		{errors.New(""), ""},
		{errors.New("caf\xe9"), "caf\uFFFD"},
		{errors.New(long), long[:1024]},
		{errors.New("x" + long), "x" + long[:1022]},
		{none, "*stats_test.badError: panic in Error: runtime error: invalid memory address or nil pointer dereference"},
	} {
		s := stats.New(stats.Config{})
		r := s.Recorder()
		for range 2 {
			r.Record(r.Entry("GET", "/"), tasks.Sample{Start: at(0), Err: c.err})
		}
		got := s.Report(at(0)).Errors
		if len(got) != 1 || got[0].Text != c.want || got[0].Occurrences != 2 || !utf8.ValidString(got[0].Text) {
			t.Errorf("errors are %+v, want two of %q", got, c.want)
		}
	}
}

func TestNamesAreUTF8(t *testing.T) {
	s := stats.New(stats.Config{})
	record(s, "G\xff", "/\xfe", 0, 0)
	got := s.Report(at(0)).Entries
	if len(got) != 1 || got[0].Method != "G\uFFFD" || got[0].Name != "/\uFFFD" || got[0].Requests != 2 {
		t.Errorf("entries are %+v", got)
	}
}

func TestNamesAreBounded(t *testing.T) {
	s := stats.New(stats.Config{MaxEntries: 3, Shards: 2})
	for i := range 10 {
		record(s, "GET", fmt.Sprint("/", i), 0)
		record(s, "GET", fmt.Sprint("/", i), 0)
	}
	got := s.Report(at(0))
	if len(got.Entries) != 4 || got.Total.Requests != 20 {
		t.Fatalf("%d entries with %d requests", len(got.Entries), got.Total.Requests)
	}
	if e := got.Entries[0]; e.Name != "(more than 3 names)" || e.Method != "" || e.Requests != 14 {
		t.Errorf("overflow is %+v", e)
	}
}

func TestErrorsAreBounded(t *testing.T) {
	s := stats.New(stats.Config{MaxErrors: 3, Shards: 2})
	fail := func() {
		for i := range 20 {
			r := s.Recorder()
			r.Record(r.Entry("GET", "/"), tasks.Sample{Start: at(0), Err: fmt.Errorf("error %d", i/2)})
		}
	}
	for range 2 { // the second time in a new test, whose errors are counted afresh
		fail()
		got := s.Report(at(0)).Errors
		if len(got) != 4 {
			t.Fatalf("%d errors: %+v", len(got), got)
		}
		if e := got[0]; e.Text != "(more than 3 different errors)" || e.Name != "" || e.Occurrences != 14 {
			t.Errorf("overflow is %+v", e)
		}
		if e := got[1]; e.Text != "error 0" || e.Name != "/" || e.Occurrences != 2 {
			t.Errorf("first error is %+v", e)
		}
		fail()
		s.NewTest(at(1))
	}
}

func TestRecorderIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(stats.Recorder{}); size > 64 {
		t.Errorf("a recorder has %d bytes", size)
	}
}

func TestRecordAllocatesNothing(t *testing.T) {
	s := stats.New(stats.Config{Shards: 1})
	r := s.Recorder()
	e := r.Entry("GET", "/")
	err := errors.New("refused")
	sample := tasks.Sample{Start: at(0), Duration: 12 * time.Millisecond, Length: 100}
	failure := tasks.Sample{Start: at(0), Duration: 12 * time.Millisecond, Err: err}
	for _, c := range []struct {
		name   string
		record func()
	}{
		{"by handle", func() { r.Record(e, sample) }},
		{"by name", func() { r.Record(r.Entry("GET", "/"), sample) }},
		{"failure", func() { r.Record(e, failure) }},
		{"interrupted", func() { r.Interrupt(e) }},
	} {
		c.record()
		s.Totals() // folds, so that the pages are there
		if n := testing.AllocsPerRun(2000, c.record); n != 0 {
			t.Errorf("%s: %v allocations", c.name, n)
		}
	}
}
