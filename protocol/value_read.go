package protocol

import (
	"errors"
	"fmt"
	"time"
)

var (
	errExtension = errors.New("extension types are not supported")
	errMixedKeys = errors.New("map mixes string and int keys")
)

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

// mapValue reads a map with keys of one kind. One with string keys may stand for a time.
func (r *reader) mapValue() (any, error) {
	n, err := r.object()
	if err != nil || n == 0 {
		return map[string]any{}, err
	}
	k, err := r.kind()
	if err != nil {
		return nil, err
	}
	if k != kindString {
		return entries(n, r, (*reader).intKey)
	}
	m, err := entries(n, r, (*reader).stringKey)
	if err != nil {
		return nil, err
	}
	if _, ok := m[datetimeKey]; ok {
		return datetime(m)
	}
	return m, nil
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

func entries[K comparable](n int, r *reader, key func(*reader) (K, error)) (map[K]any, error) {
	m := make(map[K]any)
	for range n {
		k, err := key(r)
		if err != nil {
			return nil, err
		}
		if m[k], err = r.value(); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (r *reader) stringKey() (string, error) {
	k, err := r.kind()
	if err == nil && k != kindString {
		err = errMixedKeys
	}
	if err != nil {
		return "", err
	}
	return r.string()
}

func (r *reader) intKey() (int64, error) {
	k, err := r.kind()
	if err == nil && k == kindString {
		err = errMixedKeys
	}
	if err != nil {
		return 0, err
	}
	return r.int()
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
