package protocol_test

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/hopperband/hopperband/protocol"
)

func TestRoundTripOfMaster(t *testing.T) {
	messages := []protocol.Message{
		&protocol.Ack{Index: -1},
		&protocol.Ack{Index: math.MaxInt32},
		&protocol.AllSpawned{UserCount: 100_000},
		&protocol.Custom{MessageType: "ping", Data: object{"when": time.Unix(5, 0).UTC(), "keys": map[int64]any{1: nil}}},
		&protocol.HeartbeatEcho{},
		&protocol.Locustfile{Err: "no locustfile"},
		&protocol.Locustfile{Files: []protocol.LocustfileContent{{Filename: "a.py", Contents: "pass"}, {URL: "http://h/b.py"}}},
		&protocol.Quit{},
		&protocol.Reconnect{},
		&protocol.Spawn{
			Timestamp: 1795410955.0385206, UserClassesCount: map[string]int{"A": 0, "B": math.MaxInt32},
			Host: "http://h", StopTimeout: 1500 * time.Millisecond,
			ParsedOptions: object{"tags": []any{"a"}, "run_time": int64(20), "rate": 1.5, "x": nil},
		},
		&protocol.Spawn{UserClassesCount: map[string]int{}},
		&protocol.Stop{},
		&protocol.UpdateUserClass{UserClassName: "A", Attributes: object{"host": nil, "tasks": []any{"t"}}},
	}
	for _, m := range messages {
		roundTripEqual(t, protocol.FromMaster, m)
	}
}

func TestRoundTripOfWorker(t *testing.T) {
	messages := []protocol.Message{&protocol.ClientReady{Version: "2.46.3"}, &protocol.LocustfileRequest{}}
	for _, m := range goMessages() {
		if s, ok := m.(*protocol.Stats); ok {
			s.Total.Name = "Aggregated" // as it is sent
		}
		messages = append(messages, m)
	}
	for _, m := range messages {
		roundTripEqual(t, protocol.FromWorker, m)
	}
}

func roundTripEqual(t *testing.T, decode decoder, m protocol.Message) {
	t.Helper()
	b, err := protocol.Append(nil, "node", m)
	if err != nil {
		t.Errorf("%+v: %v", m, err)
		return
	}
	got, nodeID, err := decode(b)
	if err != nil || nodeID != "node" || !reflect.DeepEqual(got, m) {
		t.Errorf("%+v\nbecame %+v of %q, %v", m, got, nodeID, err)
	}
}

// An attribute of the class's own name cannot take the name's place.
func TestUpdateUserClassHasOneName(t *testing.T) {
	m := &protocol.UpdateUserClass{UserClassName: "A", Attributes: object{"user_class_name": "B", "host": "h"}}
	got, _ := again(t, protocol.FromMaster, "n", m)
	want := &protocol.UpdateUserClass{UserClassName: "A", Attributes: object{"host": "h"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}
