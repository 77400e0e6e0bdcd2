package summary_test

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/goldentest"
	"github.com/hopperband/hopperband/internal/summary"
	"github.com/hopperband/hopperband/protocol"
)

// A golden is what Locust 2.47.0 prints of some reports (testdata/golden.py).
type golden struct {
	Columns int
	Full    bool
	Reports [][2]json.RawMessage // time and report
	Golden  map[string]string
}

type wireEntry struct {
	Name, Method string
	Last         *float64         `json:"last_request_timestamp"`
	Start        float64          `json:"start_time"`
	Requests     int64            `json:"num_requests"`
	None         int64            `json:"num_none_requests"`
	Failures     int64            `json:"num_failures"`
	Sum          float64          `json:"total_response_time"`
	Max          float64          `json:"max_response_time"`
	Min          *float64         `json:"min_response_time"`
	Length       int64            `json:"total_content_length"`
	Times        map[string]int64 `json:"response_times"`
	PerSecond    map[string]int64 `json:"num_reqs_per_sec"`
	Failed       map[string]int64 `json:"num_fail_per_sec"`
}

type wireReport struct {
	Stats  []wireEntry
	Total  wireEntry `json:"stats_total"`
	Errors map[string]struct {
		Name, Method, Error string
		Occurrences         int64
		First               *float64 `json:"first_seen"`
		Last                *float64 `json:"last_seen"`
	}
	Users map[string]int `json:"user_classes_count"`
}

func null(f *float64) protocol.NullFloat {
	if f == nil {
		return protocol.NullFloat{}
	}
	return protocol.NullFloat{Float64: *f, Valid: true}
}

func counts(m map[string]int64) (out []protocol.Count) {
	for k, n := range m {
		i, _ := strconv.ParseInt(k, 10, 64)
		out = append(out, protocol.Count{Key: i, N: n})
	}
	slices.SortFunc(out, func(a, b protocol.Count) int { return int(a.Key - b.Key) })
	return out
}

func (e *wireEntry) entry() protocol.StatsEntry {
	return protocol.StatsEntry{
		Name: e.Name, Method: e.Method, NumRequests: e.Requests, NumNoneRequests: e.None, NumFailures: e.Failures,
		TotalContentLength: e.Length, TotalResponseTime: e.Sum, MaxResponseTime: e.Max, MinResponseTime: null(e.Min),
		LastRequestTimestamp: null(e.Last), StartTime: e.Start, ResponseTimes: counts(e.Times),
		NumReqsPerSec: counts(e.PerSecond), NumFailPerSec: counts(e.Failed),
	}
}

func (r *wireReport) message(order []string) *protocol.Stats {
	m := &protocol.Stats{Total: r.Total.entry(), UserClassesCount: r.Users}
	for i := range r.Stats {
		m.Entries = append(m.Entries, r.Stats[i].entry())
	}
	for _, key := range order {
		e := r.Errors[key]
		m.Errors = append(m.Errors, protocol.StatsError{
			Name: e.Name, Method: e.Method, Error: e.Error, Occurrences: e.Occurrences, FirstSeen: null(e.First), LastSeen: null(e.Last),
		})
	}
	return m
}

// keysInOrder are the keys of the report's errors as they stand in the text.
func keysInOrder(text []byte, r *wireReport) []string {
	keys := make([]string, 0, len(r.Errors))
	for key := range r.Errors {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { return strings.Index(string(text), a) - strings.Index(string(text), b) })
	return keys
}

func at(t *testing.T, text []byte) time.Time {
	t.Helper()
	seconds, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		t.Fatal(err)
	}
	whole, part := math.Modf(seconds)
	return time.Unix(int64(whole), int64(part*1e9))
}

// Of the same reports come the same tables and files as from a Locust master.
func TestAsLocust(t *testing.T) {
	for i, c := range goldentest.Read[golden](t, "testdata/locust-2.47.0.json") {
		s := summary.New(time.Unix(1700000000, 25e7), summary.Keep{Seconds: true, Recent: c.Full})
		history := ""
		for _, r := range c.Reports {
			var report wireReport
			if err := json.Unmarshal(r[1], &report); err != nil {
				t.Fatal(err)
			}
			s.Add(at(t, r[0]), report.message(keysInOrder(r[1], &report)))
			history += s.HistoryRows(at(t, r[0]))
		}
		table := summary.NewTable(c.Columns)
		for name, got := range map[string]string{
			"current": table.Requests(s, true), "final": table.Requests(s, false),
			"percentiles": table.Percentiles(s), "errors": table.Errors(s),
			"stats.csv": s.StatsCSV(), "failures.csv": s.FailuresCSV(), "history.csv": history, "json": string(s.JSON()),
		} {
			compare(t, i, name, got, c.Golden[name])
		}
	}
}

// compare names the first line that differs.
func compare(t *testing.T, i int, name, got, want string) {
	t.Helper()
	lines := strings.Split(want, "\n")
	for n, line := range strings.Split(got, "\n") {
		if n >= len(lines) || line != lines[n] {
			t.Errorf("case %d, %s, line %d:\n%q, want\n%q", i, name, n+1, line, append(lines, "(nothing)")[min(n, len(lines))])
			return
		}
	}
	if got != want {
		t.Errorf("case %d, %s: lines are missing: %q", i, name, want)
	}
}
