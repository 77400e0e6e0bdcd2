package protocol

import (
	"errors"
	"fmt"
	"math"
	"time"
)

var errExtension = errors.New("extension types are not supported")

// value reads any value. Valid bounds how deep it recurses.
func (r *reader) value() (any, error) {
	k, err := r.kind()
	if err != nil {
		return nil, err
	}
	switch k {
	case kindNull:
		return nil, r.dec.DecodeNil()
	case kindBool:
		return r.dec.DecodeBool()
	case kindInt:
		return r.intValue()
	case kindFloat:
		return r.dec.DecodeFloat64()
	case kindString:
		return r.string()
	case kindBytes:
		return r.dec.DecodeBytes()
	case kindArray:
		return r.list()
	case kindMap:
		return r.mapValue()
	}
	return nil, errExtension
}

func (r *reader) intValue() (any, error) {
	u, big, err := r.bigInt()
	if big {
		return u, err
	}
	return int64(u), err
}

func (r *reader) list() ([]any, error) {
	n, err := r.array()
	if err != nil {
		return nil, err
	}
	list := make([]any, 0, n)
	for range n {
		v, err := r.value()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// mapValue reads a map. One with string keys may stand for a time.
func (r *reader) mapValue() (any, error) {
	m, err := r.entries()
	strings, _ := m.(map[string]any)
	if _, ok := strings[datetimeKey]; ok && err == nil {
		return datetime(strings)
	}
	return m, err
}

// entries reads a map[string]any, a map[int64]any or, if its keys are of other kinds or of
// several, a Dict.
func (r *reader) entries() (any, error) {
	n, err := r.object()
	if err != nil {
		return nil, err
	}
	var m any = map[string]any{}
	for i := range n {
		key, err := r.key()
		if err != nil {
			return nil, err
		}
		value, err := r.value()
		if err != nil {
			return nil, err
		}
		if _, ok := key.(int64); ok && i == 0 {
			m = map[int64]any{}
		}
		m = put(m, key, value)
	}
	return m, nil
}

// key reads a key. A float without a fraction is an int to Python's dict too.
func (r *reader) key() (any, error) {
	what, err := r.kind()
	if err == nil && !what.isKey() {
		err = errKey
	}
	if err != nil {
		return nil, err
	}
	k, err := r.value()
	if f, ok := k.(float64); ok && f == math.Trunc(f) && math.Abs(f) < 1<<63 {
		return int64(f), err
	}
	return k, err
}

// put adds an entry to a map, or to one with keys of all kinds that takes its place.
func put(m, key, value any) any {
	switch m := m.(type) {
	case map[string]any:
		return putIn(m, key, value)
	case map[int64]any:
		return putIn(m, key, value)
	case Dict:
		m[key] = value
	}
	return m
}

func putIn[K comparable](m map[K]any, key, value any) any {
	if k, ok := key.(K); ok {
		m[k] = value
		return m
	}
	wide := make(Dict, len(m)+1)
	for k, v := range m {
		wide[k] = v
	}
	wide[key] = value
	return wide
}

// stringMap reads a map that must have string keys.
func (r *reader) stringMap() (map[string]any, error) {
	if err := r.want(kindMap); err != nil {
		return nil, err
	}
	v, err := r.mapValue()
	if err != nil {
		return nil, err
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%T where a map with string keys is expected", v)
	}
	return m, nil
}

// datetime reads what Locust makes of a datetime, which has no zone: it is taken as UTC.
func datetime(m map[string]any) (time.Time, error) {
	s, ok := m[asStringKey].(string)
	if !ok {
		return time.Time{}, fieldError(datetimeKey, fieldError(asStringKey, errNoString))
	}
	t, err := time.Parse(datetimeLayout, s)
	if err != nil {
		return time.Time{}, fieldError(datetimeKey, fmt.Errorf("bad date %.64q", s))
	}
	return t, nil
}
