package tasks

import "math"

// Options are the custom arguments of the master's locustfile by their Python names, such
// as "my_argument". Values are strings, bools, numbers, lists, or nil for Python's None.
// All users share one map: it is not to be changed.
type Options map[string]any

// String returns the option name, or def if it is missing or no string.
func (o Options) String(name, def string) string {
	if v, ok := o[name].(string); ok {
		return v
	}
	return def
}

// Bool returns the option name, or def if it is missing or no bool.
func (o Options) Bool(name string, def bool) bool {
	if v, ok := o[name].(bool); ok {
		return v
	}
	return def
}

// Int returns the option name, or def if it is missing, no number, or no whole one.
func (o Options) Int(name string, def int) int {
	switch v := o[name].(type) {
	case int:
		return v
	case int8:
		return int(v)
	case int16:
		return int(v)
	case int32:
		return int(v)
	case int64:
		return int(v)
	case uint8:
		return int(v)
	case uint16:
		return int(v)
	case uint32:
		return int(v)
	case uint64:
		if v <= math.MaxInt {
			return int(v)
		}
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int(v)
		}
	}
	return def
}

// Float returns the option name, or def if it is missing or no number.
func (o Options) Float(name string, def float64) float64 {
	switch v := o[name].(type) {
	case float64:
		return v
	case float32:
		return float64(v)
	case uint64:
		return float64(v)
	}
	if i := o.Int(name, math.MinInt); i != math.MinInt {
		return float64(i)
	}
	return def
}

// Strings returns the strings of the list that is the option name, or def if it is missing
// or no list.
func (o Options) Strings(name string, def ...string) []string {
	switch v := o[name].(type) {
	case []string:
		return v
	case []any:
		list := make([]string, 0, len(v))
		for _, e := range v {
			if s, ok := e.(string); ok {
				list = append(list, s)
			}
		}
		return list
	}
	return def
}
