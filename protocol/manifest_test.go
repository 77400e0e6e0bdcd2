package protocol_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/protocol"
)

// manifestValue reads a value as the manifest shows it, in the types that the package
// promises for received values.
func manifestValue(tb testing.TB, raw json.RawMessage) any {
	tb.Helper()
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		tb.Fatal(err)
	}
	return promised(tb, v)
}

func promised(tb testing.TB, v any) any {
	tb.Helper()
	switch v := v.(type) {
	case json.Number:
		if n, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case []any:
		for i := range v {
			v[i] = promised(tb, v[i])
		}
		return v
	case map[string]any:
		return promisedMap(tb, v)
	}
	return v
}

func promisedMap(tb testing.TB, m map[string]any) any {
	tb.Helper()
	if s, ok := m["__bin_hex__"].(string); ok {
		b, err := hex.DecodeString(s)
		if err != nil {
			tb.Fatal(err)
		}
		return b
	}
	if m["__datetime__"] == true {
		t, err := time.Parse("20060102T15:04:05.000000", m["as_str"].(string))
		if err != nil {
			tb.Fatal(err)
		}
		return t
	}
	for k := range m {
		m[k] = promised(tb, m[k])
	}
	return m
}

// manifestCounts reads {"__map__": [[key, n], …]}, or {} for no counts.
func manifestCounts(tb testing.TB, v any) []protocol.Count {
	tb.Helper()
	pairs, _ := v.(map[string]any)["__map__"].([]any)
	var cs []protocol.Count
	for _, p := range pairs {
		pair := p.([]any)
		cs = append(cs, protocol.Count{Key: int64(manifestFloat(pair[0])), N: pair[1].(int64)})
	}
	return cs
}

func manifestFloat(v any) float64 {
	if n, ok := v.(int64); ok {
		return float64(n)
	}
	f, _ := v.(float64)
	return f
}

func manifestNull(v any) protocol.NullFloat {
	return protocol.NullFloat{Float64: manifestFloat(v), Valid: v != nil}
}

func manifestUsers(m map[string]any) map[string]int {
	counts := map[string]int{}
	for name, n := range m["user_classes_count"].(map[string]any) {
		counts[name] = int(n.(int64))
	}
	return counts
}

func manifestEntry(tb testing.TB, v any) protocol.StatsEntry {
	tb.Helper()
	m := v.(map[string]any)
	method, _ := m["method"].(string)
	return protocol.StatsEntry{
		Method: method, Name: m["name"].(string),
		NumRequests:          m["num_requests"].(int64),
		NumNoneRequests:      m["num_none_requests"].(int64),
		NumFailures:          m["num_failures"].(int64),
		TotalContentLength:   m["total_content_length"].(int64),
		TotalResponseTime:    manifestFloat(m["total_response_time"]),
		MaxResponseTime:      manifestFloat(m["max_response_time"]),
		MinResponseTime:      manifestNull(m["min_response_time"]),
		LastRequestTimestamp: manifestNull(m["last_request_timestamp"]),
		StartTime:            manifestFloat(m["start_time"]),
		ResponseTimes:        manifestCounts(tb, m["response_times"]),
		NumReqsPerSec:        manifestCounts(tb, m["num_reqs_per_sec"]),
		NumFailPerSec:        manifestCounts(tb, m["num_fail_per_sec"]),
	}
}

func manifestStats(tb testing.TB, m map[string]any) *protocol.Stats {
	tb.Helper()
	s := &protocol.Stats{Total: manifestEntry(tb, m["stats_total"]), UserClassesCount: manifestUsers(m)}
	for _, e := range m["stats"].([]any) {
		s.Entries = append(s.Entries, manifestEntry(tb, e))
	}
	for _, e := range m["errors"].(map[string]any) {
		m := e.(map[string]any)
		s.Errors = append(s.Errors, protocol.StatsError{
			Method: m["method"].(string), Name: m["name"].(string), Error: m["error"].(string),
			Occurrences: m["occurrences"].(int64),
			FirstSeen:   manifestNull(m["first_seen"]), LastSeen: manifestNull(m["last_seen"]),
		})
	}
	return s
}

// manifestFromWorker makes the message that a worker's data in the manifest stands for.
func manifestFromWorker(tb testing.TB, messageType string, v any) protocol.Message {
	tb.Helper()
	m, _ := v.(map[string]any)
	switch messageType {
	case "client_ready":
		version, _ := v.(string)
		return &protocol.ClientReady{Version: version}
	case "client_stopped":
		return &protocol.ClientStopped{}
	case "exception":
		return &protocol.Exception{Msg: m["msg"].(string), Traceback: m["traceback"].(string)}
	case "heartbeat":
		memory, _ := m["current_memory_usage"].(int64)
		return &protocol.Heartbeat{
			State:       protocol.State(m["state"].(string)),
			CPUUsage:    manifestFloat(m["current_cpu_usage"]),
			MemoryUsage: uint64(memory),
		}
	case "locustfile":
		return &protocol.LocustfileRequest{Version: m["version"].(string)}
	case "logs":
		logs := &protocol.Logs{WorkerID: m["worker_id"].(string)}
		for _, line := range m["logs"].([]any) {
			logs.Lines = append(logs.Lines, line.(string))
		}
		return logs
	case "quit":
		return &protocol.Quit{}
	case "spawning":
		return &protocol.Spawning{}
	case "spawning_complete":
		return &protocol.SpawningComplete{UserClassesCount: manifestUsers(m)}
	case "stats":
		return manifestStats(tb, m)
	}
	return &protocol.Custom{MessageType: messageType, Data: v}
}

// manifestFromMaster is manifestFromWorker for a master's data.
func manifestFromMaster(tb testing.TB, messageType string, v any) protocol.Message {
	tb.Helper()
	m, _ := v.(map[string]any)
	switch messageType {
	case "ack":
		if m == nil {
			return &protocol.Ack{Index: -1}
		}
		return &protocol.Ack{Index: int(m["index"].(int64))}
	case "heartbeat":
		return &protocol.HeartbeatEcho{}
	case "locustfile":
		file := m["locustfiles"].([]any)[0].(map[string]any)
		return &protocol.Locustfile{Files: []protocol.LocustfileContent{{
			Filename: file["filename"].(string), Contents: file["contents"].(string),
		}}}
	case "quit":
		return &protocol.Quit{}
	case "reconnect":
		return &protocol.Reconnect{}
	case "spawn":
		return manifestSpawn(m)
	case "spawning_complete":
		return &protocol.AllSpawned{UserCount: int(m["user_count"].(int64))}
	case "stop":
		return &protocol.Stop{}
	case "update_user_class":
		name := m["user_class_name"].(string)
		delete(m, "user_class_name")
		return &protocol.UpdateUserClass{UserClassName: name, Attributes: m}
	}
	return &protocol.Custom{MessageType: messageType, Data: v}
}

func manifestSpawn(m map[string]any) *protocol.Spawn {
	host, _ := m["host"].(string)
	options, _ := m["parsed_options"].(map[string]any)
	timeout, err := time.ParseDuration(fmt.Sprint(manifestFloat(m["stop_timeout"])) + "s")
	if err != nil {
		panic(err)
	}
	return &protocol.Spawn{
		Timestamp:        m["timestamp"].(float64),
		UserClassesCount: manifestUsers(m),
		Host:             host, StopTimeout: timeout, ParsedOptions: options,
	}
}
