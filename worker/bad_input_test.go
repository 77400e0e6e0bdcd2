package worker

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/vmihailenco/msgpack/v5"

	"github.com/hopperband/hopperband/protocol"
)

// A badInput is a payload of a master, and in what words a worker says what is wrong with
// it; "" if there is nothing to say.
type badInput struct {
	kind  string
	data  any
	words string
}

func badMessages() []badInput {
	nested, huge := any(1), strings.Repeat("x", 1<<20)
	for range 40 {
		nested = []any{nested}
	}
	edit := func(key string, v any) map[string]any { return map[string]any{"user_class_name": "A", key: v} }
	return []badInput{
		{"known", nested, "nested deeper"},
		{"known", string([]byte{0xff, 0xfe}), "UTF-8"},
		{"known", map[any]any{"a": 1, 2: 3, nil: 4, true: 5}, ""},
		{"known", msgpack.RawMessage{0x81, 0xc4, 0, 1}, "map key"},
		{"known", map[string]any{"__datetime__": true, "as_str": "yesterday"}, "date"},
		{"known", map[string]any{"__datetime__": true}, "as_str"},
		{"known", msgpack.RawMessage{0xd6, 0xff, 0, 0, 0, 0}, "extension"},
		{"panics", nil, "panic"},
		{"panics", math.NaN(), "panic"},
		{"nobody", huge, "unknown message type"},
		{huge, nil, "unknown message type"},
		{"", nil, "message type"},

		{"update_user_class", nil, "update_user_class"},
		{"update_user_class", map[string]any{"host": "x"}, "user_class_name"},
		{"update_user_class", map[string]any{"user_class_name": 5}, "user_class_name"},
		{"update_user_class", map[string]any{"user_class_name": huge}, "does not have"},
		{"update_user_class", edit("host", 5), "no text"},
		{"update_user_class", edit("host", huge), ""},
		{"update_user_class", edit("tasks", 5), "none of its tasks"},
		{"update_user_class", edit("tasks", map[string]any{"work": 1}), "none of its tasks"},
		{"update_user_class", edit("tasks", []any{1, nil, huge}), "none of its tasks"},
		{"update_user_class", edit("weight", math.NaN()), ""},
		{"update_user_class", edit("own", nested), "nested deeper"},

		{"ack", 5, "ack"},
		{"ack", map[string]any{"index": "first"}, "index"},
		{"spawning_complete", nil, "spawning_complete"},
		{"spawning_complete", map[string]any{"user_count": "all"}, "user_count"},
		{"locustfile", []any{}, "locustfile"},
		{"locustfile", map[string]any{"locustfiles": []any{5}}, "locustfiles"},
	}
}

func badSpawns() []badInput {
	spawn := func(key string, v any) map[string]any {
		m := map[string]any{
			"timestamp": 946684800.0, "user_classes_count": map[string]any{"A": 1}, "host": "http://x", "stop_timeout": 0.0, "parsed_options": map[string]any{},
		}
		if m[key] = v; v == missing {
			delete(m, key)
		}
		return m
	}
	return []badInput{
		{"spawn", nil, "spawn"},
		{"spawn", 5, "spawn"},
		{"spawn", []any{}, "spawn"},
		{"spawn", spawn("timestamp", missing), "timestamp"},
		{"spawn", spawn("timestamp", "now"), "timestamp"},
		{"spawn", spawn("timestamp", math.NaN()), "timestamp"},
		{"spawn", spawn("user_classes_count", missing), "user_classes_count"},
		{"spawn", spawn("user_classes_count", []any{"A"}), "user_classes_count"},
		{"spawn", spawn("user_classes_count", map[string]any{"A": -1}), "-1"},
		{"spawn", spawn("user_classes_count", map[string]any{"A": 1.5}), "1.5"},
		{"spawn", spawn("user_classes_count", map[string]any{"A": math.Inf(1)}), "Inf"},
		{"spawn", spawn("user_classes_count", map[string]any{"A": "many"}), "user_classes_count"},
		{"spawn", spawn("user_classes_count", map[string]any{"A": int64(math.MaxInt64)}), "out of range"},
		{"spawn", spawn("user_classes_count", map[string]any{"A": math.MaxInt32}), "2147483647 users"},
		{"spawn", spawn("host", 5), "host"},
		{"spawn", spawn("stop_timeout", "soon"), "stop_timeout"},
		{"spawn", spawn("stop_timeout", -5), ""},
		{"spawn", spawn("stop_timeout", math.NaN()), ""},
		{"spawn", spawn("stop_timeout", math.Inf(1)), ""},
		{"spawn", spawn("parsed_options", []any{}), "parsed_options"},
		{"spawn", spawn("parsed_options", map[string]any{"own": map[any]any{1: 1, "a": 1, nil: 1}}), ""},
		{"spawn", spawn("parsed_options", map[string]any{"own": msgpack.RawMessage{0xd6, 0xff, 0, 0, 0, 0}}), "own"},
		{"spawn", spawn("parsed_options", map[string]any{"tags": 5, "run_time": "x", "spawn_rate": math.NaN(), "own": nil}), ""},
	}
}

// missing stands for a key that is not there.
const missing = "\x00missing"

// Whatever a master sends, a worker says so in one line, and works on.
func TestBadInput(t *testing.T) {
	for _, in := range slices.Concat(badMessages(), badSpawns()) {
		payload, err := msgpack.Marshal([]any{in.kind, in.data, "master"})
		if err != nil {
			t.Fatal(err)
		}
		var log lockedBuffer
		cfg := Config{Log: zerolog.New(&log).Level(zerolog.WarnLevel), OnMessage: map[string]func(context.Context, *Message){
			"known":  func(context.Context, *Message) {},
			"panics": func(_ context.Context, m *Message) { panic(m.Type) },
		}}
		said := ""
		play(t, cfg, func(s *script) {
			s.register()
			if m, _, err := protocol.FromMaster(payload); err != nil {
				said = err.Error() // which the link logs once
			} else {
				s.master(m)
			}
			s.wait(2 * time.Second)
			said += log.String()
			s.stamp = 2e9
			s.spawn(time.Second, "A", 2)
			s.wait(2 * time.Second)
			if got := s.w.swarm.total(); got != 2 {
				t.Errorf("%.40s (%s): %d users afterwards", in.kind, in.words, got)
			}
		}, worksFor("A", 100*ms))
		wantLine(t, in, strings.TrimSpace(said))
	}
}

func wantLine(t *testing.T, in badInput, said string) {
	t.Helper()
	if in.words == "" && said != "" || !strings.Contains(said, in.words) {
		t.Errorf("%.40s: it says %.300q, want %q", in.kind, said, in.words)
	}
	if strings.Count(said, "\n") > 0 || len(said) > 5000 {
		t.Errorf("%.40s (%s): %d bytes in more than one line: %.300s", in.kind, in.words, len(said), said)
	}
}
