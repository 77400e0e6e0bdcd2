package protocol_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/hopperband/hopperband/protocol"
)

// A master's users may send any dict (msgpack.packb, unpacked with strict_map_key=False:
// locust/rpc/protocol.py), and put one into the options of a test.
func TestDict(t *testing.T) {
	tests := []struct {
		name string
		sent any
		want any
		json string
	}{
		{"None", map[any]any{nil: 1}, protocol.Dict{nil: int64(1)}, `{"null":1}`},
		{"bools", map[bool]any{true: "y", false: "n"}, protocol.Dict{true: "y", false: "n"}, `{"false":"n","true":"y"}`},
		{"floats", map[float64]any{1.5: 1, 2: 2}, protocol.Dict{1.5: int64(1), int64(2): int64(2)}, `{"1.5":1,"2":2}`},
		{"whole floats", map[float64]any{1: 1, 150: 2}, map[int64]any{1: int64(1), 150: int64(2)}, `{"1":1,"150":2}`},
		{"big", map[uint64]any{1 << 63: 1}, protocol.Dict{uint64(1 << 63): int64(1)}, `{"9223372036854775808":1}`},
		{"all kinds", map[any]any{nil: "a", true: "b", 3: "c", "x": "d", 1.5: "e"}, protocol.Dict{nil: "a", true: "b", int64(3): "c", "x": "d", 1.5: "e"}, `{"1.5":"e","3":"c","null":"a","true":"b","x":"d"}`},
		{"equal texts", map[any]any{1: "int", "1": "text"}, protocol.Dict{int64(1): "int", "1": "text"}, `{"1":"text"}`},
		{"nested", []any{object{"a": map[any]any{nil: nil}}}, []any{object{"a": protocol.Dict{nil: nil}}}, `[{"a":{"null":null}}]`},
	}
	for _, tt := range tests {
		m, _, err := protocol.FromMaster(message("ping", tt.sent))
		if want := (&protocol.Custom{MessageType: "ping", Data: tt.want}); err != nil || !reflect.DeepEqual(m, want) {
			t.Errorf("%s: %#v, %v, want %#v", tt.name, m, err, want)
			continue
		}
		text, err := json.Marshal(m.(*protocol.Custom).Data)
		if err != nil || string(text) != tt.json {
			t.Errorf("%s: JSON %s, %v, want %s", tt.name, text, err, tt.json)
		}
	}
}

// A dict among the options spoils no spawn.
func TestDictInOptions(t *testing.T) {
	m, _, err := protocol.FromMaster(message("spawn", object{
		"timestamp": 1.5, "user_classes_count": object{"A": 1}, "host": "", "stop_timeout": 0.0,
		"parsed_options": object{"prices": map[any]any{nil: 5, "x": 6}},
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := protocol.Dict{nil: int64(5), "x": int64(6)}
	if got := m.(*protocol.Spawn).ParsedOptions["prices"]; !reflect.DeepEqual(got, want) {
		t.Errorf("%#v, want %#v", got, want)
	}
}
