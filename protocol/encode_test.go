package protocol_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/protocol"
)

func some(f float64) protocol.NullFloat { return protocol.NullFloat{Float64: f, Valid: true} }

// exampleEntry is the entry of go_stats.hex.
func exampleEntry(method, name string) protocol.StatsEntry {
	return protocol.StatsEntry{
		Method: method, Name: name,
		NumRequests: 3, NumFailures: 1, TotalContentLength: 150,
		TotalResponseTime: 307, MaxResponseTime: 147.2, MinResponseTime: some(12.6),
		LastRequestTimestamp: some(1795410956.75), StartTime: 1795410955.25,
		ResponseTimes: []protocol.Count{{Key: 13, N: 1}, {Key: 150, N: 2}},
		NumReqsPerSec: []protocol.Count{{Key: 1795410955, N: 1}, {Key: 1795410956, N: 2}},
		NumFailPerSec: []protocol.Count{{Key: 1795410956, N: 1}},
	}
}

func exampleStats() *protocol.Stats {
	return &protocol.Stats{
		Entries: []protocol.StatsEntry{exampleEntry("POST", "/b")},
		Total:   exampleEntry("", "Aggregated"),
		Errors: []protocol.StatsError{{
			Method: "POST", Name: "/b", Error: "Exception('boom')", Occurrences: 1,
			FirstSeen: some(1795410956.25), LastSeen: some(1795410956.25),
		}},
		UserClassesCount: map[string]int{"Alpha": 2, "Beta": 1},
	}
}

// goMessages are the values of the go_ fixtures.
func goMessages() map[string]protocol.Message {
	return map[string]protocol.Message{
		"go_client_ready.hex":      &protocol.ClientReady{},
		"go_client_stopped.hex":    &protocol.ClientStopped{},
		"go_exception.hex":         &protocol.Exception{Msg: "boom", Traceback: "main.checkout\n\t/src/checkout.go:42\n"},
		"go_heartbeat.hex":         &protocol.Heartbeat{State: protocol.StateRunning, CPUUsage: 12.5, MemoryUsage: 59506688},
		"go_logs.hex":              &protocol.Logs{WorkerID: goNodeID, Lines: []string{"[2026-11-23 05:15:50,500] gohost/INFO/worker: started"}},
		"go_quit.hex":              &protocol.Quit{},
		"go_spawning.hex":          &protocol.Spawning{},
		"go_spawning_complete.hex": &protocol.SpawningComplete{UserClassesCount: map[string]int{"Alpha": 2, "Beta": 1}},
		"go_stats.hex":             exampleStats(),
		"go_stats_idle.hex": &protocol.Stats{
			Total:            protocol.StatsEntry{StartTime: 1795410955.25},
			UserClassesCount: map[string]int{"Alpha": 0, "Beta": 0},
		},
	}
}

func TestAppendEqualsFixtures(t *testing.T) {
	messages := goMessages()
	for _, name := range fixtures(t) {
		if !strings.HasPrefix(name, "go_") {
			continue
		}
		m := messages[name]
		if m == nil {
			t.Errorf("%s: no message", name)
			continue
		}
		got, err := protocol.Append([]byte("before"), goNodeID, m)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if want := append([]byte("before"), payload(t, name)...); !bytes.Equal(got, want) {
			t.Errorf("%s:\n got %x\nwant %x", name, got, want)
		}
	}
}

// What a scripted master sends has the form of the captured messages where keys have an
// order of their own.
func TestAppendEqualsMaster(t *testing.T) {
	tests := map[string]protocol.Message{
		"m2w_ack_head.hex":               &protocol.Ack{Index: 0},
		"m2w_ack_2_10_0.hex":             &protocol.Ack{Index: -1},
		"m2w_heartbeat_head.hex":         &protocol.HeartbeatEcho{},
		"m2w_stop_head.hex":              &protocol.Stop{},
		"m2w_quit_head.hex":              &protocol.Quit{},
		"m2w_reconnect_head.hex":         &protocol.Reconnect{},
		"m2w_spawning_complete_head.hex": &protocol.AllSpawned{UserCount: 8},
		"m2w_custom_ping_head.hex":       &protocol.Custom{MessageType: "ping", Data: object{"now": time.Date(2024, 1, 2, 3, 4, 5, 678901000, time.UTC), "s": "hi"}},
	}
	for name, m := range tests {
		want := payload(t, name)
		_, nodeID, err := protocol.FromMaster(want)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		got, err := protocol.Append(nil, nodeID, m)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %v\n got %x\nwant %x", name, err, got, want)
		}
	}
}

func TestAppendErrors(t *testing.T) {
	long := strings.Repeat("n", 256)
	tests := []struct {
		nodeID string
		m      protocol.Message
		want   string
	}{
		{"", &protocol.Stop{}, "protocol: stop: node_id: empty"},
		{long, &protocol.Stop{}, "protocol: stop: node_id: 256 bytes exceed the limit of 255"},
		{"a\xff", &protocol.Stop{}, `protocol: stop: node_id: "a\xff" is not valid UTF-8`},
		{"n", &protocol.Heartbeat{State: "stopped"}, `protocol: heartbeat: state: unknown state "stopped"`},
		{"n", &protocol.Heartbeat{}, `protocol: heartbeat: state: unknown state ""`},
		{"n", &protocol.SpawningComplete{UserClassesCount: map[string]int{"__datetime__": 1}}, `protocol: spawning_complete: map key "__datetime__" is reserved by Locust`},
		{"n", &protocol.Stats{UserClassesCount: map[string]int{"__ObjectId__": 1}}, `protocol: stats: map key "__ObjectId__" is reserved by Locust`},
		{"n", &protocol.Custom{}, "protocol: : empty message type"},
		{"n", &protocol.Custom{MessageType: "stats"}, `protocol: stats: "stats" is a message type of Locust's own`},
		{"n", &protocol.Custom{MessageType: "big", Data: make([]byte, protocol.MaxSize)}, "protocol: big: 67108876 bytes exceed the limit of 67108864"},
		{"n", &protocol.UpdateUserClass{Attributes: map[string]any{"__datetime__": 1}}, `protocol: update_user_class: map key "__datetime__" is reserved by Locust`},
	}
	for _, tt := range tests {
		b, err := protocol.Append([]byte("b"), tt.nodeID, tt.m)
		if err == nil || err.Error() != tt.want {
			t.Errorf("%T: error %v, want %s", tt.m, err, tt.want)
		}
		if string(b) != "b" {
			t.Errorf("%T: an error changed the buffer to %q", tt.m, b)
		}
	}
	if _, err := protocol.Append(nil, long[:255], &protocol.Stop{}); err != nil {
		t.Errorf("255 bytes of node ID: %v", err)
	}
}

func TestCustomTypeNotOfLocust(t *testing.T) {
	types := []string{
		"ack", "client_ready", "client_stopped", "exception", "heartbeat", "locustfile", "logs", "quit",
		"reconnect", "spawn", "spawning", "spawning_complete", "stats", "stop", "update_user_class",
	}
	for _, messageType := range types {
		if _, err := protocol.Append(nil, "n", &protocol.Custom{MessageType: messageType}); err == nil {
			t.Errorf("%s was accepted", messageType)
		}
	}
	for _, messageType := range []string{"Stats", "stats ", "pong"} {
		if _, err := protocol.Append(nil, "n", &protocol.Custom{MessageType: messageType}); err != nil {
			t.Error(err)
		}
	}
}
