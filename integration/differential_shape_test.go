//go:build integration

package integration

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/hopperband/hopperband/integration/rig"
)

// A form is a deliberate deviation in the shape of messages.
type form struct {
	path         string
	python, ours string   // kinds of values; "" is no such value
	in           versions // of Locust's worker
	failures     bool     // only where there are some
	why          string
}

// playForms are those of plays, in which no request fails.
func playForms(version string) []form {
	return slices.DeleteFunc(forms(version), func(f form) bool { return f.failures })
}

// A shape holds the kinds of all values that were seen at each path, such as
// "stats.stats[].min_response_time": {"float", "nil"}.
type shape map[string]map[string]bool

// payload returns the data of a message as msgpack has it.
func payload(t *testing.T, f rig.Frame) any {
	t.Helper()
	d := msgpack.NewDecoder(bytes.NewReader(f.Payload))
	d.SetMapDecoder(func(d *msgpack.Decoder) (any, error) { return d.DecodeUntypedMap() })
	v, err := d.DecodeInterface()
	if err != nil {
		t.Fatalf("%s: %v", f.Message.Type(), err)
	}
	envelope, ok := v.([]any)
	if !ok || len(envelope) != 3 || envelope[0] != f.Message.Type() || envelope[2] != f.NodeID {
		t.Fatalf("%s: envelope %v", f.Message.Type(), v)
	}
	return envelope[1]
}

// shapeOf returns the shape of all that a worker said.
func shapeOf(t *testing.T, frames []rig.Frame) shape {
	t.Helper()
	s := shape{}
	for _, f := range frames {
		if f.From == rig.FromWorker {
			s.add(f.Message.Type(), payload(t, f))
		}
	}
	return s
}

func (s shape) add(path string, v any) {
	if s[path] == nil {
		s[path] = map[string]bool{}
	}
	s[path][kind(v)] = true
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			s.add(path+"[]", item)
		}
	case map[any]any:
		for key, item := range v {
			s.add(path+member(path, key), item)
		}
	}
}

// member is the part of a path behind a map: a field, or any key of a map with open keys.
func member(path string, key any) string {
	name, ok := key.(string)
	if !ok || strings.HasSuffix(path, ".errors") || strings.HasSuffix(path, ".user_classes_count") {
		return "{" + kind(key) + "}"
	}
	return "." + name
}

func kind(v any) string {
	switch v.(type) {
	case nil:
		return "nil"
	case string:
		return "str"
	case bool:
		return "bool"
	case float32, float64:
		return "float"
	case []any:
		return "list"
	case map[any]any:
		return "map"
	case int8, int16, int32, int64, uint8, uint16, uint32, uint64:
		return "int"
	}
	return fmt.Sprintf("%T", v)
}

func (s shape) kinds(path string) string { return strings.Join(slices.Sorted(maps.Keys(s[path])), "|") }

// compareShapes compares the keys, types and nulls of all messages, but for some forms, each of
// which has to be used.
func compareShapes(t *testing.T, python, ours *recording, unused []form) {
	theirs, own := shapeOf(t, python.frames), shapeOf(t, ours.frames)
	both := maps.Clone(theirs)
	maps.Copy(both, own)
	for _, path := range slices.Sorted(maps.Keys(both)) {
		want, got := theirs.kinds(path), own.kinds(path)
		if want == got {
			continue
		}
		i := slices.IndexFunc(unused, func(f form) bool { return f.path == path && f.python == want && f.ours == got })
		if i < 0 {
			t.Errorf("%s: %q, Locust's worker sends %q", path, got, want)
			continue
		}
		unused = slices.Delete(unused, i, i+1)
	}
	for _, f := range unused {
		t.Errorf("%s: no deviation any more though %s", f.path, f.why)
	}
}

// compareNodes checks that the node IDs are made alike: the host's name, on which the
// master spreads users, and a number in hexadecimal.
func compareNodes(t *testing.T, python, ours *recording) {
	var hosts []string
	for _, r := range []*recording{python, ours} {
		f := r.frames[0]
		id := regexp.MustCompile(`^(.+)_[0-9a-f]{32}$`).FindStringSubmatch(f.NodeID)
		if id == nil {
			t.Fatalf("node ID %q", f.NodeID)
		}
		hosts = append(hosts, id[1])
	}
	if hosts[0] != hosts[1] {
		t.Errorf("node ID of %q, Locust's worker is %q", hosts[1], hosts[0])
	}
}
