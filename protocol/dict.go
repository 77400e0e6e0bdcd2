package protocol

import (
	"encoding/json"
	"fmt"
)

// A Dict is a Python dict whose keys are neither all strings nor all ints: they are nil,
// bool, int64, uint64 (only above the greatest int64), float64 or string. What Python
// takes for the same key, such as 1 and 1.0, is one here too.
type Dict map[any]any

// MarshalJSON makes strings of the keys as Python's json.dumps does: None is "null", True is
// "true". A string goes before another key of its text.
func (d Dict) MarshalJSON() ([]byte, error) {
	m := make(map[string]any, len(d))
	for key, value := range d {
		text, ok := key.(string)
		if !ok {
			text = keyText(key)
			if _, taken := d[text]; taken {
				continue
			}
		}
		m[text] = value
	}
	return json.Marshal(m)
}

func keyText(key any) string {
	if key == nil {
		return "null"
	}
	return fmt.Sprint(key)
}
