package protocol_test

import (
	"fmt"
	"testing"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/hopperband/hopperband/protocol"
)

// bigStats has 100 entries of 200 response times each, and a total.
func bigStats() *protocol.Stats {
	entry := func(name string) protocol.StatsEntry {
		e := exampleEntry("GET", name)
		e.ResponseTimes = nil
		for i := range int64(200) {
			e.ResponseTimes = append(e.ResponseTimes, protocol.Count{Key: i * 10, N: i*7 + 1})
		}
		return e
	}
	s := &protocol.Stats{Total: entry("Aggregated"), UserClassesCount: map[string]int{"Alpha": 500, "Beta": 500}}
	for i := range 100 {
		s.Entries = append(s.Entries, entry(fmt.Sprintf("/items/%d", i)))
	}
	return s
}

// The same message for encoding by reflection.
type (
	taggedEntry struct {
		Name                 string        `msgpack:"name"`
		Method               string        `msgpack:"method"`
		LastRequestTimestamp *float64      `msgpack:"last_request_timestamp"`
		StartTime            float64       `msgpack:"start_time"`
		NumRequests          int64         `msgpack:"num_requests"`
		NumNoneRequests      int64         `msgpack:"num_none_requests"`
		NumFailures          int64         `msgpack:"num_failures"`
		TotalResponseTime    float64       `msgpack:"total_response_time"`
		MaxResponseTime      float64       `msgpack:"max_response_time"`
		MinResponseTime      *float64      `msgpack:"min_response_time"`
		TotalContentLength   int64         `msgpack:"total_content_length"`
		ResponseTimes        map[int]int64 `msgpack:"response_times"`
		NumReqsPerSec        map[int]int64 `msgpack:"num_reqs_per_sec"`
		NumFailPerSec        map[int]int64 `msgpack:"num_fail_per_sec"`
	}
	taggedStats struct {
		Stats            []taggedEntry             `msgpack:"stats"`
		StatsTotal       taggedEntry               `msgpack:"stats_total"`
		Errors           map[string]map[string]any `msgpack:"errors"`
		UserClassesCount map[string]int            `msgpack:"user_classes_count"`
		UserCount        int                       `msgpack:"user_count"`
	}
)

func tagged(s *protocol.Stats) []any {
	counts := func(cs []protocol.Count) map[int]int64 {
		m := make(map[int]int64, len(cs))
		for _, c := range cs {
			m[int(c.Key)] = c.N
		}
		return m
	}
	entry := func(e *protocol.StatsEntry) taggedEntry {
		return taggedEntry{
			Name: e.Name, Method: e.Method,
			LastRequestTimestamp: &e.LastRequestTimestamp.Float64, StartTime: e.StartTime,
			NumRequests: e.NumRequests, NumNoneRequests: e.NumNoneRequests, NumFailures: e.NumFailures,
			TotalResponseTime: e.TotalResponseTime, MaxResponseTime: e.MaxResponseTime, MinResponseTime: &e.MinResponseTime.Float64,
			TotalContentLength: e.TotalContentLength,
			ResponseTimes:      counts(e.ResponseTimes), NumReqsPerSec: counts(e.NumReqsPerSec), NumFailPerSec: counts(e.NumFailPerSec),
		}
	}
	data := taggedStats{StatsTotal: entry(&s.Total), Errors: map[string]map[string]any{}, UserClassesCount: s.UserClassesCount, UserCount: 1000}
	for i := range s.Entries {
		data.Stats = append(data.Stats, entry(&s.Entries[i]))
	}
	return []any{"stats", &data, goNodeID}
}

func BenchmarkAppendStats(b *testing.B) {
	s := bigStats()
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if buf, err = protocol.Append(buf[:0], goNodeID, s); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(len(buf)))
}

// BenchmarkMarshalStats is what BenchmarkAppendStats is compared with.
func BenchmarkMarshalStats(b *testing.B) {
	m := tagged(bigStats())
	b.ReportAllocs()
	for b.Loop() {
		buf, err := msgpack.Marshal(m)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(buf)))
	}
}

// bigPayload is a big report as it is sent.
func bigPayload(b *testing.B) []byte {
	b.Helper()
	buf, err := protocol.Append(nil, goNodeID, bigStats())
	if err != nil {
		b.Fatal(err)
	}
	return buf
}

func BenchmarkFromWorkerStats(b *testing.B) {
	buf := bigPayload(b)
	b.SetBytes(int64(len(buf)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := protocol.FromWorker(buf); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFromMasterSpawn(b *testing.B) {
	buf := payload(b, "m2w_spawn_head.hex")
	b.SetBytes(int64(len(buf)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := protocol.FromMaster(buf); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkValidStats(b *testing.B) {
	buf := bigPayload(b)
	b.SetBytes(int64(len(buf)))
	b.ReportAllocs()
	for b.Loop() {
		if err := protocol.Valid(buf); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkErrorKey(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = protocol.ErrorKey("GET", "/items/[id]", "HTTPError('404 Client Error: NOT FOUND for url: /items/5')")
	}
}

// A report may not make garbage in the way of the users.
func TestAppendStatsAllocatesLittle(t *testing.T) {
	s := bigStats()
	buf, err := protocol.Append(nil, goNodeID, s)
	if err != nil {
		t.Fatal(err)
	}
	n := testing.AllocsPerRun(10, func() { buf, _ = protocol.Append(buf[:0], goNodeID, s) })
	if n > 10 {
		t.Errorf("%v allocations, want at most 10", n)
	}
}
