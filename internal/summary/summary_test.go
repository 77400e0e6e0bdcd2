package summary_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/summary"
	"github.com/hopperband/hopperband/protocol"
)

func begin() time.Time { return time.Unix(1700000000, 0) }

// requests is a report of n requests of 7 ms with as many failures as asked for.
func requests(name string, n, failures, second int64) *protocol.Stats {
	e := protocol.StatsEntry{
		Name: name, Method: "GET", NumRequests: n, NumFailures: failures, TotalResponseTime: 7 * float64(n), MaxResponseTime: 7,
		MinResponseTime: protocol.NullFloat{Float64: 7, Valid: true}, LastRequestTimestamp: protocol.NullFloat{Float64: float64(second), Valid: true},
		StartTime: float64(second), ResponseTimes: []protocol.Count{{Key: 7, N: n}}, NumReqsPerSec: []protocol.Count{{Key: second, N: n}},
	}
	m := &protocol.Stats{Entries: []protocol.StatsEntry{e}, Total: e, UserClassesCount: map[string]int{"A": 2, "B": 1}}
	if failures > 0 {
		m.Errors = []protocol.StatsError{{Method: "GET", Name: name, Error: "no", Occurrences: failures}}
	}
	return m
}

// What an exception or a failure is for the exit code, and what a reset forgets of it.
func TestFailedAndReset(t *testing.T) {
	s := summary.New(begin(), summary.Keep{})
	if s.Failed() {
		t.Error("failed before anything has happened")
	}
	s.Add(begin(), requests("/a", 5, 2, begin().Unix()))
	if !s.Failed() {
		t.Error("a failure is none")
	}
	s.Reset(begin().Add(time.Second))
	if s.Failed() || !strings.Contains(s.StatsCSV(), "GET,/a,0,0,0,0.0,0,0,0,0.0,0.0,N/A") || summary.NewTable(0).Errors(s) != "" {
		t.Errorf("after a reset:\n%s", s.StatsCSV())
	}
	if string(s.JSON()) != "[]" {
		t.Errorf("after a reset: %s", s.JSON())
	}
	s.AddException(&protocol.Exception{Msg: "bad", Traceback: "a\n"})
	if !s.Failed() {
		t.Error("an exception is none")
	}
}

func TestExceptionsCSV(t *testing.T) {
	s := summary.New(begin(), summary.Keep{})
	for range 3 {
		s.AddException(&protocol.Exception{Msg: `say "no"`, Traceback: "z\nline 2\n"})
	}
	s.AddException(&protocol.Exception{Msg: "bad", Traceback: "a\n"})
	want := "Count,Message,Traceback,Nodes\r\n3,\"say \"\"no\"\"\",\"z\nline 2\n\",local\r\n1,bad,\"a\n\",local\r\n"
	if got := s.ExceptionsCSV(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Without Keep.Seconds the seconds of a long test do not pile up, and the rates are right.
func TestSecondsAreDropped(t *testing.T) {
	kept, dropped := summary.New(begin(), summary.Keep{Seconds: true}), summary.New(begin(), summary.Keep{})
	for i := range int64(100) {
		kept.Add(begin(), requests("/a", i, 0, begin().Unix()+i))
		dropped.Add(begin(), requests("/a", i, 0, begin().Unix()+i))
	}
	table := summary.NewTable(0)
	if a, b := table.Requests(kept, true), table.Requests(dropped, true); a != b {
		t.Errorf("rates differ:\n%s\n%s", a, b)
	}
	seconds := func(s *summary.Summary) int { return strings.Count(string(s.JSON()), `"17000000`) }
	if k, d := seconds(kept), seconds(dropped); k < 99 || d > 35 {
		t.Errorf("%d seconds kept, %d of those to drop", k, d)
	}
}

// The files are those of now, however long they were; the history goes on.
func TestFiles(t *testing.T) {
	prefix := filepath.Join(t.TempDir(), "new", "run")
	files, err := summary.Create(prefix)
	if err != nil {
		t.Fatal(err)
	}
	long := summary.New(begin(), summary.Keep{})
	long.Add(begin(), requests("/a-long-name", 5, 1, begin().Unix()))
	short := summary.New(begin(), summary.Keep{})
	for _, s := range []*summary.Summary{long, short} {
		if err := files.Write(s.Text(begin())); err != nil {
			t.Fatal(err)
		}
	}
	files.Close()
	for name, want := range map[string]string{
		"_stats.csv": short.StatsCSV(), "_failures.csv": short.FailuresCSV(), "_exceptions.csv": short.ExceptionsCSV(),
		"_stats_history.csv": summary.HistoryHeader() + long.HistoryRows(begin()) + short.HistoryRows(begin()),
	} {
		if got, err := os.ReadFile(prefix + name); err != nil || string(got) != want {
			t.Errorf("%s: %v\n%q, want\n%q", name, err, got, want)
		}
	}
	if err := files.Write(short.Text(begin())); err == nil {
		t.Error("closed files can be written")
	}
	if _, err := summary.Create(filepath.Join(prefix+"_stats.csv", "under-a-file")); err == nil {
		t.Error("a file is a directory")
	}
}
