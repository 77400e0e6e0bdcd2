//go:build integration

package integration

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A freedom is what may differ in what two masters show; its kind may not.
type freedom struct {
	path *regexp.Regexp
	kind string // "number", "text", …
	why  string
}

func freedoms() []freedom {
	const http = `\[(GET|POST) [^\]]*(\[id\])?\]\.`
	const total = `\[ Aggregated\]\.`
	const measured = `(100%|\d\d(\.\d+)?%|(Average|Median|Min|Max) Response Time|(avg|median|min|max)_response_time|response_time_percentile_.*)$`
	return []freedom{
		{regexp.MustCompile(http + measured), "number", "they are response times of real requests"},
		{regexp.MustCompile(total + measured), "number", "real requests are in the sum"},
		{regexp.MustCompile(`(_rps|_per_sec|/s)$`), "number", "rates depend on the times of the first and the last request"},
		{regexp.MustCompile(`\.current_response_time_percentiles\.`), "number or null", "they are null when the last request is some seconds old"},
		{regexp.MustCompile(`\.(first|last)_seen$`), "number", "it is a time of day"},
		{regexp.MustCompile(`^failures\.csv.*(First|Last) Seen$`), "text", "it is a time of day in words"},
		{regexp.MustCompile(`GET [^.]*\.(error|Error)$`), "text", "Locust's worker sends repr(exception), ours what the error says"},
		{regexp.MustCompile(`\.traceback$`), "text", "it is Python's or Go's"},
		{regexp.MustCompile(`\.(nodes|id)$`), "text", "each worker has a node ID of its own"},
		{regexp.MustCompile(`\.(cpu|memory)_usage$`), "number", "they are different processes"},
	}
}

// compareViews compares what the masters' web UIs showed: all keys, and all values but for
// the kinds of those that are free.
func compareViews(t *testing.T, python, ours *recording) {
	if len(python.views) != len(ours.views) {
		t.Fatalf("%d views, want %d", len(ours.views), len(python.views))
	}
	used := map[string]bool{}
	for i, v := range python.views {
		t.Run(fmt.Sprint(i+1, "_", v.name), func(t *testing.T) {
			compareLines(t, v.lines(used), ours.views[i].lines(used))
		})
	}
	for _, f := range freedoms() {
		if len(python.views) > 0 && !used[f.why] {
			t.Errorf("nothing shown any more that is free since %s", f.why)
		}
	}
}

// lines writes a view as lines of a path and a value, and notes what freedoms it used.
func (v *view) lines(used map[string]bool) []string {
	values := map[string]string{}
	flatten(values, "stats", v.stats)
	flatten(values, "exceptions", v.exceptions)
	flattenTable(values, "requests.csv", v.requests)
	flattenTable(values, "failures.csv", v.failures)
	var lines []string
	for _, path := range slices.Sorted(maps.Keys(values)) {
		lines = append(lines, path+": "+free(path, values[path], used))
	}
	return lines
}

// free returns what is compared of a value.
func free(path, value string, used map[string]bool) string {
	for _, f := range freedoms() {
		if f.path.MatchString(path) && slices.Contains(strings.Split(f.kind, " or "), kindOf(value)) {
			used[f.why] = true
			return f.kind
		}
	}
	return value
}

func kindOf(value string) string {
	if value == "null" {
		return value
	}
	if _, err := strconv.ParseFloat(value, 64); err == nil {
		return "number"
	}
	return "text"
}

func flatten(values map[string]string, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for key, item := range v {
			flatten(values, path+"."+key, item)
		}
	case []any:
		values[path+" has"] = fmt.Sprint(len(v))
		for i, item := range v {
			flatten(values, path+"["+label(item, i)+"]", item)
		}
	case nil:
		values[path] = "null"
	default:
		values[path] = fmt.Sprint(v)
	}
}

// label names an item of a list by what it is about, since lists come in any order.
func label(item any, i int) string {
	m, _ := item.(map[string]any)
	switch {
	case m["name"] != nil:
		return fmt.Sprint(m["method"], " ", m["name"])
	case m["msg"] != nil:
		return fmt.Sprint(m["msg"])
	}
	return strconv.Itoa(i)
}

// flattenTable takes the first two columns, method and name, as the label of a row.
func flattenTable(values map[string]string, path string, table [][]string) {
	values[path] = strings.Join(table[0], ",")
	values[path+" has"] = fmt.Sprint(len(table))
	for _, row := range table[1:] {
		for i, cell := range row {
			values[fmt.Sprintf("%s[%s %s].%s", path, row[0], row[1], table[0][i])] = cell
		}
	}
}
