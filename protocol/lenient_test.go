package protocol_test

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/hopperband/hopperband/protocol"
)

type object = map[string]any

// What masters of some release, or a proxy that packs differently, may send.
func TestFromMasterForms(t *testing.T) {
	none := map[string]int{}
	spawn := func(extra string, v any) []byte {
		return message("spawn", object{"timestamp": 1.5, "user_classes_count": object{}, extra: v})
	}
	tests := []struct {
		name string
		b    []byte
		want protocol.Message
	}{
		{"data of a message without", message("stop", object{"x": 1}), &protocol.Stop{}},
		{"ack without index", message("ack", object{}), &protocol.Ack{Index: -1}},
		{"ack with a float", message("ack", object{"index": 3.0}), &protocol.Ack{Index: 3}},
		{"ack with float32", message("ack", object{"index": float32(3)}), &protocol.Ack{Index: 3}},
		{"unknown keys", message("ack", map[any]any{"x": object{"y": 1}, 5: 1, 2.5: time.Unix(1, 0), "index": 3}), &protocol.Ack{Index: 3}},
		{"int timestamp", message("spawn", object{"timestamp": 5, "user_classes_count": object{"A": 2.0, "B": int64(3), "C": uint64(4)}}), &protocol.Spawn{Timestamp: 5, UserClassesCount: map[string]int{"A": 2, "B": 3, "C": 4}}},
		{"host nil", spawn("host", nil), &protocol.Spawn{Timestamp: 1.5, UserClassesCount: none}},
		{"host", spawn("host", "h"), &protocol.Spawn{Timestamp: 1.5, UserClassesCount: none, Host: "h"}},
		{"no options", spawn("parsed_options", nil), &protocol.Spawn{Timestamp: 1.5, UserClassesCount: none}},
		{"empty options", spawn("parsed_options", object{}), &protocol.Spawn{Timestamp: 1.5, UserClassesCount: none, ParsedOptions: object{}}},
		{"options without a form", spawn("parsed_options", object{"a": object{"b": time.Unix(1, 0)}, "c": []any{time.Unix(1, 0)}, "d": []any{object{"e": "f"}}}), &protocol.Spawn{
			Timestamp: 1.5, UserClassesCount: none, ParsedOptions: object{"d": []any{object{"e": "f"}}}, SkippedOptions: []string{"a", "c"},
		}},
		{"locustfile of 2.23", message("locustfile", object{"filename": "f.py", "contents": "c"}), &protocol.Locustfile{Files: []protocol.LocustfileContent{{Filename: "f.py", Contents: "c"}}}},
		{"locustfile error", message("locustfile", object{"error": "e"}), &protocol.Locustfile{Err: "e"}},
		{"locustfile by URL", message("locustfile", object{"locustfiles": []any{"http://f", object{"filename": "f", "contents": "c"}}}), &protocol.Locustfile{Files: []protocol.LocustfileContent{{URL: "http://f"}, {Filename: "f", Contents: "c"}}}},
		{"no locustfiles", message("locustfile", object{"locustfiles": []any{}}), &protocol.Locustfile{}},
		{"a worker's type", message("stats", 1), &protocol.Custom{MessageType: "stats", Data: int64(1)}},
	}
	for _, tt := range tests {
		got, nodeID, err := protocol.FromMaster(tt.b)
		if err != nil || nodeID != "n" || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %+v of %q, %v, want %+v", tt.name, got, nodeID, err, tt.want)
		}
	}
}

func TestStopTimeout(t *testing.T) {
	const most = 100 * 365 * 24 * time.Hour
	tests := []struct {
		seconds any
		want    time.Duration
	}{
		{nil, 0},
		{0, 0},
		{0.0, 0},
		{5, 5 * time.Second},
		{uint16(300), 300 * time.Second},
		{1.5, 1500 * time.Millisecond},
		{float32(0.25), 250 * time.Millisecond},
		{-1, 0},
		{-0.5, 0},
		{1e300, most},
		{uint64(math.MaxUint64), most},
		{math.Inf(1), most},
		{math.Inf(-1), 0},
		{math.NaN(), 0},
	}
	for _, tt := range tests {
		m, _, err := protocol.FromMaster(message("spawn", object{"timestamp": 1, "user_classes_count": object{}, "stop_timeout": tt.seconds}))
		if err != nil {
			t.Errorf("%v: %v", tt.seconds, err)
			continue
		}
		if got := m.(*protocol.Spawn).StopTimeout; got != tt.want {
			t.Errorf("%v: %v, want %v", tt.seconds, got, tt.want)
		}
	}
}

func TestFromWorkerForms(t *testing.T) {
	tests := []struct {
		name string
		b    []byte
		want protocol.Message
	}{
		{"version as a float", message("client_ready", -1.0), &protocol.ClientReady{}},
		{"version", message("client_ready", "2.46"), &protocol.ClientReady{Version: "2.46"}},
		{"int CPU", message("heartbeat", object{"state": "ready", "current_cpu_usage": 7}), &protocol.Heartbeat{State: "ready", CPUUsage: 7}},
		{"float memory", message("heartbeat", object{"state": "ready", "current_cpu_usage": 7, "current_memory_usage": 4096.0}), &protocol.Heartbeat{State: "ready", CPUUsage: 7, MemoryUsage: 4096}},
		{"big memory", message("heartbeat", object{"state": "ready", "current_cpu_usage": 7, "current_memory_usage": uint64(math.MaxUint64)}), &protocol.Heartbeat{State: "ready", CPUUsage: 7, MemoryUsage: math.MaxUint64}},
		{"spawning with data", message("spawning", object{}), &protocol.Spawning{}},
		{"a master's type", message("spawn", nil), &protocol.Custom{MessageType: "spawn"}},
	}
	for _, tt := range tests {
		got, _, err := protocol.FromWorker(tt.b)
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %+v, %v, want %+v", tt.name, got, err, tt.want)
		}
	}
}

// Decoded messages must not change when the buffer is used again.
func TestDecodedKeepsNothingOfTheBuffer(t *testing.T) {
	b := message("ping", object{"s": "string", "b": []byte("bytes")})
	m, nodeID, err := protocol.FromMaster(b)
	if err != nil {
		t.Fatal(err)
	}
	clear(b)
	want := &protocol.Custom{MessageType: "ping", Data: object{"s": "string", "b": []byte("bytes")}}
	if nodeID != "n" || !reflect.DeepEqual(m, want) {
		t.Errorf("%+v of %q, want %+v", m, nodeID, want)
	}
}
