package protocol_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/hopperband/hopperband/protocol"
)

type (
	color string
	blob  []byte
	yes   bool
	level uint16
	point struct {
		X    int     `json:"x"`
		Y    float64 `json:"y"`
		Name string  `json:"name,omitempty"`
	}
)

func TestCustomData(t *testing.T) {
	date := time.Date(2024, 1, 2, 3, 4, 5, 678901999, time.FixedZone("", 3600))
	number := 7
	var noPoint *point
	tests := []struct {
		name       string
		data, want any
	}{
		{"nil", nil, nil},
		{"bool", true, true},
		{"int", -5, int64(-5)},
		{"int8", int8(-128), int64(-128)},
		{"smallest int", int64(math.MinInt64), int64(math.MinInt64)},
		{"uint8", uint8(200), int64(200)},
		{"big uint", uint64(math.MaxUint64), uint64(math.MaxUint64)},
		{"greatest int64", uint64(math.MaxInt64), int64(math.MaxInt64)},
		{"whole float", 1.0, 1.0},
		{"float32", float32(0.5), 0.5},
		{"string", "hé", "hé"},
		{"bad string", "a\xff\xfeb", "a\uFFFDb"},
		{"bytes", []byte{0xff, 0}, []byte{0xff, 0}},
		{"nil bytes", []byte(nil), []byte{}},
		{"raw JSON", json.RawMessage(`{"n": 1, "f": 1.0, "b": 18446744073709551615}`), object{"n": int64(1), "f": 1.0, "b": uint64(math.MaxUint64)}},
		{"JSON number", json.Number("12"), int64(12)},
		{"time", date, time.Date(2024, 1, 2, 2, 4, 5, 678901000, time.UTC)},
		{"times", []time.Time{date}, []any{time.Date(2024, 1, 2, 2, 4, 5, 678901000, time.UTC)}},
		{"first year", time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)},
		{"list", []any{1, "x", nil}, []any{int64(1), "x", nil}},
		{"nil list", []any(nil), []any{}},
		{"strings", []string{"a", "b"}, []any{"a", "b"}},
		{"array", [2]int{1, 2}, []any{int64(1), int64(2)}},
		{"map", object{"a": object{"b": 1}}, object{"a": object{"b": int64(1)}}},
		{"nil map", object(nil), object{}},
		{"int keys", map[int]string{1: "x", -2: "y"}, map[int64]any{1: "x", -2: "y"}},
		{"uint keys", map[uint8]int{200: 1}, map[int64]any{200: int64(1)}},
		{"named types", map[color]level{"red": 1}, object{"red": int64(1)}},
		{"named bytes", blob("b"), []byte("b")},
		{"named bool", yes(true), true},
		{"duration", time.Second, int64(1e9)},
		{"struct", point{X: 1, Y: 2.5}, object{"x": int64(1), "y": 2.5}},
		{"pointer", &number, int64(7)},
		{"nil pointer", noPoint, nil},
		{"structs, floats as JSON has them", []*point{{X: 1}, nil}, []any{object{"x": int64(1), "y": int64(0)}, nil}},
		{"text", netip.MustParseAddr("::1"), "::1"},
		{"big number", big.NewInt(12), int64(12)},
	}
	for _, tt := range tests {
		b, err := protocol.Append(nil, "n", &protocol.Custom{MessageType: "pong", Data: tt.data})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		m, _, err := protocol.FromMaster(b)
		want := &protocol.Custom{MessageType: "pong", Data: tt.want}
		if err != nil || !reflect.DeepEqual(m, want) {
			t.Errorf("%s: %#v, %v, want %#v", tt.name, m, err, want)
		}
	}
}

func TestCustomDataErrors(t *testing.T) {
	loop := []any{nil}
	loop[0] = loop
	tests := []struct {
		data any
		want string
	}{
		{make(chan int), "unsupported type chan int"},
		{object{"f": func() {}}, "unsupported type func()"},
		{[]complex128{1}, "unsupported type complex128"},
		{map[float64]int{1: 1}, "unsupported type map[float64]int"},
		{map[bool]int{}, "unsupported type map[bool]int"},
		{struct{ C chan int }{}, "json: unsupported type: chan int"},
		{errors.New("x"), "unsupported type *errors.errorString: send its text"},
		{math.NaN(), "unsupported number NaN"},
		{[]float32{float32(math.Inf(1))}, "unsupported number +Inf"},
		{json.Number("1e999"), `unsupported number "1e999"`},
		{json.Number("18446744073709551616"), `unsupported number "18446744073709551616"`},
		{new(big.Int).Lsh(big.NewInt(1), 64), `unsupported number "18446744073709551616"`},
		{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), "outside the years 1 to 9999"},
		{time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), "outside the years 1 to 9999"},
		{object{"__datetime__": true, "as_str": "x"}, `map key "__datetime__" is reserved by Locust`},
		{[]any{map[string]int{"__ObjectId__": 1}}, `map key "__ObjectId__" is reserved by Locust`},
		{map[color]int{"__datetime__": 1}, `map key "__datetime__" is reserved by Locust`},
		{json.RawMessage(`{"__datetime__": 1}`), `map key "__datetime__" is reserved by Locust`},
		{loop, "nested deeper than 32 levels"},
	}
	for _, tt := range tests {
		_, err := protocol.Append(nil, "n", &protocol.Custom{MessageType: "pong", Data: tt.data})
		if err == nil || !strings.HasPrefix(err.Error(), "protocol: pong: ") || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%T: error %v, want protocol: pong: … %s", tt.data, err, tt.want)
		}
	}
}

// What Append allows in depth, Valid does.
func TestCustomDataDepth(t *testing.T) {
	var data any = time.Unix(0, 0)
	for range 30 {
		data = []any{data}
	}
	b, err := protocol.Append(nil, "n", &protocol.Custom{MessageType: "pong", Data: data})
	if err != nil {
		t.Fatal(err)
	}
	if err := protocol.Valid(b); err != nil {
		t.Error(err)
	}
	for _, data := range []any{[]any{data}, object{"a": data}, map[int]any{1: data}, [1]any{data}} {
		if _, err := protocol.Append(nil, "n", &protocol.Custom{MessageType: "pong", Data: data}); err == nil {
			t.Errorf("%T: 33 levels were accepted", data)
		}
	}
}

// What Append allows in number, Valid does.
func TestCustomDataContainers(t *testing.T) {
	const most = 1<<20 - 2 // in the list, which is in the envelope
	data := make([]map[string]int, most)
	b, err := protocol.Append(nil, "n", &protocol.Custom{MessageType: "pong", Data: data})
	if err != nil {
		t.Fatal(err)
	}
	if err := protocol.Valid(b); err != nil {
		t.Error(err)
	}
	if _, err := protocol.Append(nil, "n", &protocol.Custom{MessageType: "pong", Data: append(data, nil)}); err == nil {
		t.Error("one more was accepted")
	}
}

func TestCustomDataIsDeterministic(t *testing.T) {
	data := object{}
	for k := range strings.SplitSeq("qwertyuiopasdfghjklzxcvbnm", "") {
		data[k] = map[string]int{"b" + k: 1, "a" + k: 2, "c" + k: 3}
	}
	m := &protocol.Custom{MessageType: "pong", Data: data}
	first, err := protocol.Append(nil, "n", m)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if b, _ := protocol.Append(nil, "n", m); string(b) != string(first) {
			t.Fatal("the same value gave other bytes")
		}
	}
}

// Each int takes the form that msgpack's own encoder takes for the smallest.
func TestIntsAreSmallest(t *testing.T) {
	for _, n := range []int64{0, 1, 127, 128, 255, 256, 65535, 65536, 1<<32 - 1, 1 << 32, math.MaxInt64, -1, -32, -33, -128, -129, -32768, -32769, math.MinInt64} {
		var want bytes.Buffer
		enc := msgpack.NewEncoder(&want)
		enc.UseCompactInts(true)
		if err := enc.Encode([]any{"pong", n, "n"}); err != nil {
			t.Fatal(err)
		}
		got, err := protocol.Append(nil, "n", &protocol.Custom{MessageType: "pong", Data: n})
		if err != nil || !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%d: %x, %v, want %x", n, got, err, want.Bytes())
		}
	}
}
