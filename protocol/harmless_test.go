package protocol_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"
)

// harmless says why a message would hurt some release of the master: it is an independent
// reading of what is known to end the receive loop, to make it process a message twice or
// to spoil its statistics (locust/runners.py, locust/stats.py).
func harmless(b []byte) error {
	v, err := unpack(b)
	if err != nil {
		return err
	}
	if !utf8Everywhere(v) {
		return errors.New("a string is not valid UTF-8")
	}
	envelope, ok := v.([]any)
	if !ok || len(envelope) != 3 {
		return errors.New("envelope is not an array of 3")
	}
	messageType, ok := envelope[0].(string)
	nodeID, isString := envelope[2].(string)
	if !ok || messageType == "" || !isString || len(nodeID) < 1 || len(nodeID) > 255 {
		return errors.New("type or node ID is no good string")
	}
	if err := noDates(envelope[1]); err != nil {
		return err
	}
	return harmlessData(messageType, envelope[1])
}

func harmlessData(messageType string, data any) error {
	if messageType == "client_ready" {
		if s, ok := data.(string); ok && s != "" {
			return nil
		}
		if n, ok := asInt(data); !ok || n != -1 {
			return fmt.Errorf("client_ready with %v", data)
		}
		return nil
	}
	required := map[string][]string{
		"heartbeat":         {"state", "current_cpu_usage"},
		"spawning_complete": {"user_classes_count"},
		"exception":         {"msg", "traceback"},
		"logs":              {"worker_id", "logs"},
		"locustfile":        {"version"},
		"stats":             {"stats", "stats_total", "errors", "user_classes_count"},
	}[messageType]
	if required == nil {
		return nil
	}
	m, ok := data.(map[any]any)
	if !ok {
		return fmt.Errorf("%s: data is %T", messageType, data)
	}
	for _, key := range required {
		if m[key] == nil {
			return fmt.Errorf("%s: no %s", messageType, key)
		}
	}
	return harmlessFields(messageType, m)
}

func harmlessFields(messageType string, m map[any]any) error {
	switch messageType {
	case "heartbeat":
		if !slices.Contains([]any{"ready", "spawning", "running"}, m["state"]) || !finiteNumber(m["current_cpu_usage"]) {
			return fmt.Errorf("heartbeat: %v", m)
		}
	case "exception":
		return allStrings(m, "msg", "traceback")
	case "locustfile":
		return allStrings(m, "version")
	case "logs":
		if _, ok := m["logs"].([]any); !ok {
			return errors.New("logs is no array")
		}
	case "spawning_complete":
		return harmlessUsers(m)
	case "stats":
		return harmlessStats(m)
	}
	return nil
}

func harmlessUsers(m map[any]any) error {
	counts, ok := m["user_classes_count"].(map[any]any)
	if !ok {
		return errors.New("user_classes_count is no map")
	}
	sum := int64(0)
	for name, count := range counts {
		n, ok := asInt(count)
		if _, isString := name.(string); !ok || !isString || n < 0 {
			return fmt.Errorf("user_classes_count: %v: %v", name, count)
		}
		sum += n
	}
	if total, ok := asInt(m["user_count"]); !ok || total != sum {
		return fmt.Errorf("user_count is %v, not %d", m["user_count"], sum)
	}
	return nil
}

func harmlessStats(m map[any]any) error {
	entries, ok := m["stats"].([]any)
	if !ok {
		return errors.New("stats is no array")
	}
	for _, e := range append(slices.Clone(entries), m["stats_total"]) {
		if err := harmlessEntry(e); err != nil {
			return err
		}
	}
	errs, ok := m["errors"].(map[any]any)
	if !ok {
		return errors.New("errors is no map")
	}
	for key, e := range errs {
		if err := harmlessError(e); err != nil {
			return fmt.Errorf("%v: %w", key, err)
		}
	}
	return harmlessUsers(m)
}

func harmlessError(v any) error {
	m, ok := v.(map[any]any)
	if !ok || len(m) != 6 {
		return fmt.Errorf("error %v", v)
	}
	if _, ok := asInt(m["occurrences"]); !ok {
		return errors.New("no occurrences")
	}
	for _, key := range []string{"first_seen", "last_seen"} {
		if m[key] != nil && !finiteNumber(m[key]) {
			return fmt.Errorf("%s is %v", key, m[key])
		}
	}
	return allStrings(m, "name", "method", "error")
}

func harmlessEntry(v any) error {
	m, ok := v.(map[any]any)
	if !ok || len(m) != 14 {
		return fmt.Errorf("entry with %d keys", len(m))
	}
	for _, key := range []string{"start_time", "num_requests", "num_none_requests", "num_failures", "total_response_time", "max_response_time", "total_content_length"} {
		if !finiteNumber(m[key]) {
			return fmt.Errorf("%s is %v", key, m[key])
		}
	}
	for _, key := range []string{"last_request_timestamp", "min_response_time"} {
		if m[key] != nil && !finiteNumber(m[key]) {
			return fmt.Errorf("%s is %v", key, m[key])
		}
	}
	for _, key := range []string{"response_times", "num_reqs_per_sec", "num_fail_per_sec"} {
		counts, ok := m[key].(map[any]any)
		if !ok {
			return fmt.Errorf("%s is %T", key, m[key])
		}
		for k, n := range counts {
			_, intKey := asInt(k)
			if _, isInt := asInt(n); !intKey || !isInt {
				return fmt.Errorf("%s: %v: %v", key, k, n)
			}
		}
	}
	return allStrings(m, "name", "method")
}

func allStrings(m map[any]any, keys ...string) error {
	for _, key := range keys {
		if _, ok := m[key].(string); !ok {
			return fmt.Errorf("%s is %T", key, m[key])
		}
	}
	return nil
}

func finiteNumber(v any) bool {
	if f, ok := v.(float64); ok {
		return !math.IsNaN(f) && !math.IsInf(f, 0)
	}
	_, ok := asInt(v)
	return ok
}

// noDates finds maps that Locust's decoder would take for a date or an ObjectId.
func noDates(v any) error {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if err := noDates(e); err != nil {
				return err
			}
		}
	case map[any]any:
		for k, e := range v {
			if k == "__datetime__" || k == "__ObjectId__" {
				return fmt.Errorf("key %v", k)
			}
			if err := noDates(e); err != nil {
				return err
			}
		}
	}
	return nil
}

func utf8Everywhere(v any) bool {
	switch v := v.(type) {
	case string:
		return utf8.ValidString(v)
	case []any:
		return !slices.ContainsFunc(v, func(e any) bool { return !utf8Everywhere(e) })
	case map[any]any:
		for k, e := range v {
			if !utf8Everywhere(k) || !utf8Everywhere(e) {
				return false
			}
		}
	}
	return true
}
