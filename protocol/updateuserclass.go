package protocol

import (
	"maps"
	"slices"
)

const userClassName = "user_class_name"

// UpdateUserClass changes attributes of a user class: it is what was posted to the
// master's /user page, since Locust 2.25.0 (locust/env.py). Append fails on attributes as
// it does on the data of a Custom message.
type UpdateUserClass struct {
	UserClassName string
	Attributes    map[string]any // such as "host" (string or nil) and "tasks" ([]any of task names)
}

// Type returns "update_user_class".
func (*UpdateUserClass) Type() string { return "update_user_class" }

func (m *UpdateUserClass) appendData(w *writer) {
	keys := slices.Sorted(maps.Keys(m.Attributes))
	keys = slices.DeleteFunc(keys, func(k string) bool { return k == userClassName })
	w.object(1 + len(keys))
	w.field(userClassName, m.UserClassName)
	for _, k := range keys {
		w.key(k)
		w.value(m.Attributes[k], 3)
	}
}

func (m *UpdateUserClass) readData(r *reader) error {
	attributes, err := r.stringMap()
	if err != nil {
		return err
	}
	name, ok := attributes[userClassName].(string)
	if !ok {
		return fieldError(userClassName, errNoString)
	}
	delete(attributes, userClassName)
	m.UserClassName, m.Attributes = name, attributes
	return nil
}
