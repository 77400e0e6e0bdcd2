package worker

import (
	"fmt"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/protocol"
)

func TestPieces(t *testing.T) {
	start := time.Unix(1000, 500_000_000)
	r := &stats.Report{
		Total:  stats.Entry{Requests: 3000, Start: start},
		Errors: []stats.Error{{Method: "GET", Name: "/", Text: "status 500", Occurrences: 2, FirstSeen: start, LastSeen: start.Add(time.Second)}},
	}
	var times []stats.Count
	for i := range int64(200) {
		times = append(times, stats.Count{Key: i, N: 1})
	}
	for i := range 3000 {
		r.Entries = append(r.Entries, stats.Entry{Method: "GET", Name: fmt.Sprint("/", i), Requests: 1, Start: start, ResponseTimes: times})
	}
	counts := map[string]int{"A": 2}
	all := pieces(r, counts)
	if len(all) < 3 {
		t.Fatalf("%d pieces", len(all))
	}
	var requests int64
	seen := map[string]bool{}
	for i, p := range all {
		b, err := protocol.Append(nil, "host_1", p)
		if err != nil || len(b) > 2*pieceSize {
			t.Errorf("piece %d: %d bytes, %v", i, len(b), err)
		}
		requests += p.Total.NumRequests
		if p.Total.Name != "Aggregated" || p.Total.StartTime != 1000.5 || p.Total.MinResponseTime.Valid != (i == 0) || p.UserClassesCount["A"] != 2 {
			t.Errorf("piece %d: total %+v, %v", i, p.Total, p.UserClassesCount)
		}
		if (i == 0) != (len(p.Errors) == 1) {
			t.Errorf("piece %d has %d errors", i, len(p.Errors))
		}
		for _, e := range p.Entries {
			seen[e.Name] = true
		}
	}
	if requests != 3000 || len(seen) != 3000 {
		t.Errorf("%d requests in the totals, %d entries", requests, len(seen))
	}
}

func TestEntryConversion(t *testing.T) {
	e := entry(&stats.Entry{
		Method: "GET", Name: "/", Requests: 3, NoneRequests: 1, Failures: 1, Length: 30,
		ResponseTime: 3500 * time.Microsecond, MinResponseTime: 1500 * time.Microsecond, MaxResponseTime: 2 * ms,
		Start: time.Unix(10, 0), Last: time.Unix(12, 250_000_000),
		ResponseTimes: []stats.Count{{Key: 2, N: 2}}, PerSecond: []stats.Count{{Key: 12, N: 3}}, FailuresPerSecond: []stats.Count{{Key: 12, N: 1}},
	})
	if e.TotalResponseTime != 3.5 || e.MaxResponseTime != 2 || e.MinResponseTime != (protocol.NullFloat{Float64: 1.5, Valid: true}) ||
		e.LastRequestTimestamp != (protocol.NullFloat{Float64: 12.25, Valid: true}) || e.NumRequests != 3 || e.NumNoneRequests != 1 ||
		e.NumFailures != 1 || e.TotalContentLength != 30 || e.ResponseTimes[0] != (protocol.Count{Key: 2, N: 2}) || len(e.NumFailPerSec) != 1 {
		t.Errorf("%+v", e)
	}
	none := entry(&stats.Entry{Requests: 2, NoneRequests: 2, Start: time.Unix(10, 0), Last: time.Unix(11, 0)})
	if none.MinResponseTime.Valid {
		t.Error("a minimum of no response time")
	}
}
