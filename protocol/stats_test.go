package protocol_test

import (
	"math"
	"reflect"
	"testing"

	"github.com/hopperband/hopperband/protocol"
)

// sent is a message as its receiver reads it.
func sent[M protocol.Message](t *testing.T, m M) M {
	t.Helper()
	b, err := protocol.Append(nil, "n", m)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := protocol.FromWorker(b)
	if err != nil {
		t.Fatal(err)
	}
	return got.(M)
}

// No request is lost because counts are out of order or keys come twice.
func TestStatsCountsAreMerged(t *testing.T) {
	tests := []struct{ counts, want []protocol.Count }{
		{nil, nil},
		{[]protocol.Count{{Key: 1, N: 5}}, []protocol.Count{{Key: 1, N: 5}}},
		{[]protocol.Count{{Key: 2, N: 1}, {Key: 1, N: 5}}, []protocol.Count{{Key: 1, N: 5}, {Key: 2, N: 1}}},
		{[]protocol.Count{{Key: 1, N: 1}, {Key: 1, N: 5}}, []protocol.Count{{Key: 1, N: 6}}},
		{[]protocol.Count{{Key: 3, N: 1}, {Key: -1, N: 2}, {Key: 3, N: 4}}, []protocol.Count{{Key: -1, N: 2}, {Key: 3, N: 5}}},
	}
	for _, tt := range tests {
		before := append([]protocol.Count(nil), tt.counts...)
		s := sent(t, &protocol.Stats{Total: protocol.StatsEntry{ResponseTimes: tt.counts}})
		if got := s.Total.ResponseTimes; !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%v: %v, want %v", tt.counts, got, tt.want)
		}
		if !reflect.DeepEqual(before, tt.counts) {
			t.Errorf("the caller's counts were changed: %v", tt.counts)
		}
	}
}

// Errors whose texts become equal are sent as one: Python would keep only the last.
func TestStatsErrorsAreMerged(t *testing.T) {
	s := sent(t, &protocol.Stats{Errors: []protocol.StatsError{
		{Method: "GET", Name: "/", Error: "e\xff", Occurrences: 1, FirstSeen: some(5), LastSeen: some(6)},
		{Method: "GET", Name: "/", Error: "other", Occurrences: 7},
		{Method: "GET", Name: "/", Error: "e\uFFFD", Occurrences: 2, FirstSeen: some(4), LastSeen: some(4)},
		{Method: "GET", Name: "/", Error: "e\xfe", Occurrences: 3, FirstSeen: some(9), LastSeen: some(9)},
		{Method: "GET", Name: "/", Error: "other", Occurrences: 1, FirstSeen: some(2), LastSeen: some(3)},
		{Method: "GET", Name: "/", Error: "other", Occurrences: 1},
	}})
	want := []protocol.StatsError{
		{Method: "GET", Name: "/", Error: "e\uFFFD", Occurrences: 6, FirstSeen: some(4), LastSeen: some(9)},
		{Method: "GET", Name: "/", Error: "other", Occurrences: 9, FirstSeen: some(2), LastSeen: some(3)},
	}
	if !reflect.DeepEqual(s.Errors, want) {
		t.Errorf("%+v, want %+v", s.Errors, want)
	}
}

func TestStatsOfBadFloats(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		entry := protocol.StatsEntry{
			Method: "GET", Name: "/", NumRequests: 3, TotalResponseTime: bad, MaxResponseTime: bad, StartTime: bad,
			MinResponseTime: some(bad), LastRequestTimestamp: some(bad),
		}
		fails := []protocol.StatsError{{Error: "e", Occurrences: 1, FirstSeen: some(bad), LastSeen: some(bad)}}
		s := sent(t, &protocol.Stats{Entries: []protocol.StatsEntry{entry}, Errors: fails})
		if want := (protocol.StatsEntry{Method: "GET", Name: "/", NumRequests: 3}); !reflect.DeepEqual(s.Entries[0], want) {
			t.Errorf("%v: %+v, want %+v", bad, s.Entries[0], want)
		}
		if want := (protocol.StatsError{Error: "e", Occurrences: 1}); s.Errors[0] != want {
			t.Errorf("%v: %+v, want %+v", bad, s.Errors[0], want)
		}
		if h := sent(t, &protocol.Heartbeat{State: protocol.StateReady, CPUUsage: bad}); h.CPUUsage != 0 {
			t.Errorf("%v: CPU %v, want 0", bad, h.CPUUsage)
		}
	}
}

func TestUserCounts(t *testing.T) {
	m := sent(t, &protocol.SpawningComplete{UserClassesCount: map[string]int{
		"negative": -5, "none": 0, "some": 7, "huge": math.MaxInt, "bad\xff": 1, "bad\xfe": 2,
	}})
	want := map[string]int{"negative": 0, "none": 0, "some": 7, "huge": math.MaxInt32, "bad\uFFFD": 3}
	if !reflect.DeepEqual(m.UserClassesCount, want) {
		t.Errorf("%v, want %v", m.UserClassesCount, want)
	}
}
