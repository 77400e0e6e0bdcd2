package protocol

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The keys that Locust's decoder looks for in every map (locust/rpc/protocol.py, since
// 2.20.0). A bad date under the first ends the receive loop.
const (
	datetimeKey = "__datetime__"
	objectIDKey = "__ObjectId__"
	asStringKey = "as_str"
	// datetimeLayout is Python's "%Y%m%dT%H:%M:%S.%f".
	datetimeLayout = "20060102T15:04:05.000000"
)

// key writes a key that comes from outside.
func (w *writer) key(s string) {
	s = clean(s)
	w.keep(checkKey(s))
	w.string(s)
}

func checkKey(s string) error {
	if s == datetimeKey || s == objectIDKey {
		return fmt.Errorf("map key %q is reserved by Locust", s)
	}
	return nil
}

// value writes any value that Locust allows, a map or array as level depth of the
// message.
func (w *writer) value(v any, depth int) {
	if w.err != nil {
		return
	}
	switch v := v.(type) {
	case nil:
		w.null()
	case bool:
		w.bool(v)
	case string:
		w.string(v)
	case int64:
		w.int(v)
	case float64:
		w.finiteFloat(v)
	case []byte:
		w.nonNilBytes(v)
	case time.Time:
		w.time(v, depth)
	case map[string]any:
		w.stringMap(v, depth)
	case json.Number:
		w.number(v)
	case json.Marshaler, encoding.TextMarshaler:
		w.json(v, depth)
	case error:
		w.keep(fmt.Errorf("unsupported type %T: send its text", v))
	default:
		w.reflected(reflect.ValueOf(v), depth)
	}
}

func (w *writer) finiteFloat(f float64) {
	if !finite(f) {
		w.keep(fmt.Errorf("unsupported number %v", f))
	}
	w.float(f)
}

// nonNilBytes exists because the Encoder makes None of a nil slice.
func (w *writer) nonNilBytes(b []byte) {
	if b == nil {
		b = []byte{}
	}
	w.bytes(b)
}

func (w *writer) time(t time.Time, depth int) {
	t = t.UTC()
	if t.Year() < 1 || t.Year() > 9999 {
		w.keep(fmt.Errorf("time %v is outside the years 1 to 9999", t))
	}
	w.enter(depth)
	w.object(2)
	w.string(datetimeKey)
	w.bool(true)
	w.field(asStringKey, t.Format(datetimeLayout))
}

func (w *writer) stringMap(m map[string]any, depth int) {
	w.enter(depth)
	w.object(len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		w.key(k)
		w.value(m[k], depth+1)
	}
}

// enter fails where a map or an array would be too deep. It also ends values that
// contain themselves.
func (w *writer) enter(depth int) {
	if depth > maxDepth {
		w.keep(fmt.Errorf("nested deeper than %d levels", maxDepth))
	}
}

// json writes the JSON form of a value.
func (w *writer) json(v any, depth int) {
	b, err := json.Marshal(v)
	if err != nil {
		w.keep(err)
		return
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var form any
	if err := dec.Decode(&form); err != nil {
		w.keep(err)
		return
	}
	w.value(form, depth)
}

// number writes a number of JSON: as an int if it looks like one.
func (w *writer) number(n json.Number) {
	if i, err := n.Int64(); err == nil {
		w.int(i)
		return
	}
	if u, err := strconv.ParseUint(n.String(), 10, 64); err == nil {
		w.uint(u)
		return
	}
	f, err := n.Float64()
	if err != nil || !strings.ContainsAny(n.String(), ".eE") {
		w.keep(errors.Join(fmt.Errorf("unsupported number %q", n), err))
		return
	}
	w.finiteFloat(f)
}
