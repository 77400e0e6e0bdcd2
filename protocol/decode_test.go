package protocol_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/protocol"
)

// checkFixture decodes a captured message and compares it with the manifest.
func checkFixture(t *testing.T, name string, raw []json.RawMessage) {
	t.Helper()
	var messageType, wantID string
	if json.Unmarshal(raw[0], &messageType) != nil || json.Unmarshal(raw[2], &wantID) != nil {
		t.Fatalf("%s: bad manifest", name)
	}
	decode, expect := protocol.FromWorker, manifestFromWorker
	if strings.HasPrefix(name, "m2w_") {
		decode, expect = protocol.FromMaster, manifestFromMaster
	}
	got, nodeID, err := decode(payload(t, name))
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if nodeID != wantID || got.Type() != messageType {
		t.Errorf("%s: %s of %s, want %s of %s", name, got.Type(), nodeID, messageType, wantID)
	}
	if want := expect(t, messageType, manifestValue(t, raw[1])); !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", name, got, want)
	}
}

func TestDecodeFixtures(t *testing.T) {
	n := 0
	for name, m := range manifest(t) {
		if m.Decoded != nil {
			checkFixture(t, name, m.Decoded)
			n++
		}
	}
	if n < 48 {
		t.Errorf("only %d messages in the manifest", n)
	}
}

func TestFromWorkerRefusesBad(t *testing.T) {
	want := map[string]string{
		"bad_client_ready_int5.hex":     "protocol: client_ready: version is neither a string nor -1",
		"bad_empty.hex":                 "protocol: invalid message: announced length exceeds the bytes present",
		"bad_extra_data.hex":            "protocol: invalid message: bytes after the value",
		"bad_heartbeat_no_cpu.hex":      "protocol: heartbeat: current_cpu_usage: missing",
		"bad_invalid_utf8.hex":          "protocol: invalid message: string is not valid UTF-8",
		"bad_spawning_complete_nil.hex": "protocol: spawning_complete: nil where a map is expected",
		"bad_truncated.hex":             "protocol: invalid message: announced length exceeds the bytes present",
		"bad_two_elements.hex":          "protocol: envelope: 2 elements where 3 are expected",
	}
	for _, name := range fixtures(t) {
		if !strings.HasPrefix(name, "bad_") {
			continue
		}
		_, _, err := protocol.FromWorker(payload(t, name))
		if err == nil || err.Error() != want[name] {
			t.Errorf("%s: error %v, want %s", name, err, want[name])
		}
	}
}

// message packs [type, data, "n"] without the care that Append takes.
func message(messageType string, data any) []byte {
	return pack([]any{messageType, data, "n"})
}

func TestFromMasterErrors(t *testing.T) {
	counts := object{"A": 1}
	tests := []struct {
		b    []byte
		want string
	}{
		{pack(5), "protocol: envelope: an int where an array is expected"},
		{pack([]any{5, nil, "n"}), "protocol: message type: an int where a string is expected"},
		{pack([]any{[]byte("stop"), nil, "n"}), "protocol: message type: bytes where a string is expected"},
		{pack([]any{"", nil, "n"}), "protocol: message type: empty message type"},
		{pack([]any{"stop", nil, ""}), "protocol: stop: node_id: empty"},
		{pack([]any{"stop", nil, nil}), "protocol: stop: node_id: nil where a string is expected"},
		{message("ack", object{"index": -2}), "protocol: ack: index: -2 is out of range"},
		{message("ack", object{"index": 1.5}), "protocol: ack: index: 1.5 where an int is expected"},
		{message("spawn", nil), "protocol: spawn: nil where a map is expected"},
		{message("spawn", object{"timestamp": 1.5}), "protocol: spawn: user_classes_count: missing"},
		{message("spawn", object{"user_classes_count": counts}), "protocol: spawn: timestamp: missing"},
		{message("spawn", object{"user_classes_count": object{"A": -1}}), `protocol: spawn: user_classes_count: "A": count -1 is out of range`},
		{message("spawn", object{"user_classes_count": object{"A": nil}}), `protocol: spawn: user_classes_count: "A": nil where an int is expected`},
		{message("spawn", object{"user_classes_count": object{"A": uint64(1 << 63)}}), `protocol: spawn: user_classes_count: "A": 9223372036854775808 is out of range`},
		{message("spawn", object{"stop_timeout": "5"}), "protocol: spawn: stop_timeout: a string where a number is expected"},
		{message("spawn", object{"parsed_options": map[int]any{1: 2}}), "protocol: spawn: parsed_options: an int where a string is expected"},
		{message("spawning_complete", object{}), "protocol: spawning_complete: user_count: missing"},
		{message("update_user_class", object{"host": nil}), "protocol: update_user_class: user_class_name: missing, or no string"},
		{message("locustfile", object{"locustfiles": []any{object{"filename": "f"}}}), "protocol: locustfile: locustfiles: contents: missing"},
		{message("locustfile", object{}), "protocol: locustfile: locustfiles: missing"},
		{message("ping", object{"__datetime__": true, "as_str": "yesterday"}), `protocol: ping: __datetime__: bad date "yesterday"`},
		{message("ping", object{"__datetime__": true}), "protocol: ping: __datetime__: as_str: missing, or no string"},
		{message("ping", time.Unix(1, 0)), "protocol: ping: extension types are not supported"},
	}
	for _, tt := range tests {
		m, nodeID, err := protocol.FromMaster(tt.b)
		if err == nil || err.Error() != tt.want {
			t.Errorf("%x: error %v, want %s", tt.b, err, tt.want)
		}
		if m != nil || nodeID != "" {
			t.Errorf("%x: message %v of %q beside an error", tt.b, m, nodeID)
		}
	}
}

// Each is a way to break a master, or to spoil its statistics.
func TestFromWorkerErrors(t *testing.T) {
	tests := []struct {
		b    []byte
		want string
	}{
		{message("client_ready", ""), "protocol: client_ready: empty version"},
		{message("client_ready", nil), "protocol: client_ready: nil where an int is expected"},
		{message("heartbeat", object{"state": "stopped", "current_cpu_usage": 0}), `protocol: heartbeat: state: unknown state "stopped"`},
		{message("heartbeat", object{"state": "ready", "current_cpu_usage": nil}), "protocol: heartbeat: current_cpu_usage: nil where a number is expected"},
		{message("heartbeat", object{"state": 5}), "protocol: heartbeat: state: an int where a string is expected"},
		{message("heartbeat", object{"current_cpu_usage": math.NaN()}), "protocol: heartbeat: current_cpu_usage: NaN where a finite number is expected"},
		{message("heartbeat", object{"current_memory_usage": -1}), "protocol: heartbeat: current_memory_usage: -1 is negative"},
		{message("exception", nil), "protocol: exception: nil where a map is expected"},
		{message("exception", object{"msg": "m"}), "protocol: exception: traceback: missing"},
		{message("exception", object{"msg": "m", "traceback": []any{}}), "protocol: exception: traceback: an array where a string is expected"},
		{message("logs", nil), "protocol: logs: nil where a map is expected"},
		{message("locustfile", object{"version": 5}), "protocol: locustfile: version: an int where a string is expected"},
		{message("locustfile", object{}), "protocol: locustfile: version: missing"},
		{message("spawning_complete", object{"user_classes_count": object{"__datetime__": 1}}), `protocol: spawning_complete: user_classes_count: map key "__datetime__" is reserved by Locust`},
		{message("stats", object{"stats": []any{object{"method": nil}}}), "protocol: stats: stats: method: nil where a string is expected"},
		{message("stats", object{"stats_total": object{"response_times": object{"150": 1}}}), "protocol: stats: stats_total: response_times: key: a string where an int is expected"},
		{message("stats", object{"stats_total": object{"num_reqs_per_sec": map[int]any{5: true}}}), "protocol: stats: stats_total: num_reqs_per_sec: 5: a bool where an int is expected"},
		{message("stats", object{"stats_total": object{"min_response_time": math.Inf(1)}}), "protocol: stats: stats_total: min_response_time: +Inf where a finite number is expected"},
		{message("stats", object{"errors": map[int]any{1: nil}}), "protocol: stats: errors: an int where a string is expected"},
		{message("stats", object{"errors": object{"k": object{}}}), "protocol: stats: errors: name: missing"},
		{message("logs", object{"logs": []any{nil}}), "protocol: logs: logs: nil where a string is expected"},
		{message("stats", object{"errors": []any{}}), "protocol: stats: errors: an array where a map is expected"},
	}
	for _, tt := range tests {
		if _, _, err := protocol.FromWorker(tt.b); err == nil || err.Error() != tt.want {
			t.Errorf("%x: error %v, want %s", tt.b, err, tt.want)
		}
	}
}
