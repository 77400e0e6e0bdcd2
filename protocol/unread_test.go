package protocol_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/hopperband/hopperband/protocol"
)

// The data of a message that nobody handles is not decoded: it costs nothing, and what has
// no form here is no error.
func TestFromMasterFor(t *testing.T) {
	handled := func(messageType string) bool { return messageType == "known" }
	for _, tt := range []struct {
		kind string
		data any
		want protocol.Message
	}{
		{"known", "x", &protocol.Custom{MessageType: "known", Data: "x"}},
		{"unknown", "x", nil},
		{"unknown", map[any]any{1: 1, "a": 1}, nil},
		{"unknown", slices.Repeat([]any{object{"k": 1}}, 100_000), nil},
		{"stop", nil, &protocol.Stop{}},
	} {
		b := message(tt.kind, tt.data)
		got, node, err := protocol.FromMasterFor(b, handled)
		if tt.want != nil && !reflect.DeepEqual(got, tt.want) || err != nil || node != "n" || got.Type() != tt.kind {
			t.Errorf("%s: %+v of %q, %v; want %+v", tt.kind, got, node, err, tt.want)
		}
		if c, ok := got.(*protocol.Custom); ok && tt.want == nil && c.Data != nil {
			t.Errorf("%s: data %.100v", tt.kind, c.Data)
		}
		if n := testing.AllocsPerRun(1, func() { _, _, _ = protocol.FromMasterFor(b, handled) }); n > 50 {
			t.Errorf("%s: %v allocations", tt.kind, n)
		}
	}
}
