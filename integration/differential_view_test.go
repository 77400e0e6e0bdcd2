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
	http bool                // of real requests, or of their failures, only
	in   versions            // the masters that show it
	as   func(string) string // what is compared; nil is the kind alone
	used bool
}

// freedoms are those of masters of a version.
func freedoms(version string) []*freedom {
	const http = `\[(GET|POST) [^\]]*(\[id\])?\]\.`
	const total = `\[ Aggregated\]\.`
	const measured = `(100%|\d\d(\.\d+)?%|(Average|Median|Min|Max) Response Time|(avg|median|min|max)_response_time|response_time_percentile_.*)$`
	seen := versions{since: "2.44.0"}
	all := []*freedom{
		{path: regexp.MustCompile(http + measured), kind: "number", why: "they are response times of real requests", http: true},
		{path: regexp.MustCompile(total + measured), kind: "number", why: "real requests are in the sum", http: true},
		{path: regexp.MustCompile(`^stats\.total_avg_response_time$`), kind: "number", why: "real requests are in the sum", http: true, in: versions{before: "2.43.0"}},
		{path: regexp.MustCompile(`^requests\.csv\[.*\]\.(\d+(\.\d+)?%|Median Response Time)$`), kind: "number", in: versions{before: "2.43.4"}, as: whole, why: "Locust's worker sends 100 ms as 100.0, ours as 100"},
		{path: regexp.MustCompile(`(_rps|_per_sec|/s)$`), kind: "number", why: "rates depend on the times of the first and the last request"},
		{path: regexp.MustCompile(`\.current_response_time_percentiles\.`), kind: "number or null", why: "they are null when the last request is some seconds old"},
		{path: regexp.MustCompile(`\.(first|last)_seen$`), kind: "number", why: "it is a time of day", http: true, in: seen},
		{path: regexp.MustCompile(`^failures\.csv.*(First|Last) Seen$`), kind: "text", why: "it is a time of day in words", http: true, in: seen},
		{path: regexp.MustCompile(`GET [^.]*\.(error|Error)$`), kind: "text", why: "Locust's worker sends repr(exception), ours what the error says", http: true},
		{path: regexp.MustCompile(`\.traceback$`), kind: "text", why: "it is Python's or Go's"},
		{path: regexp.MustCompile(`\.(nodes|id)$`), kind: "text", why: "each worker has a node ID of its own"},
		{path: regexp.MustCompile(`\.(cpu|memory)_usage$`), kind: "number", why: "they are different processes"},
	}
	return slices.DeleteFunc(all, func(f *freedom) bool { return !f.in.has(version) })
}

// whole is a number without a fraction that is none.
func whole(number string) string { return strings.TrimSuffix(number, ".0") }

// compareViews compares what the masters' web UIs showed: all keys, and all values but for
// the kinds of those that are free.
func compareViews(t *testing.T, python, ours *recording, free []*freedom) {
	if n := len(python.views); n == 0 || len(ours.views) != n {
		t.Fatalf("%d views, Locust's worker had %d", len(ours.views), n)
	}
	for i, v := range python.views {
		t.Run(fmt.Sprint(i+1, "_", v.name), func(t *testing.T) {
			compareLines(t, v.lines(free), ours.views[i].lines(free))
		})
	}
}

// allUsed fails the test if a freedom is none any more.
func allUsed(t *testing.T, free []*freedom) {
	t.Helper()
	for _, f := range free {
		if !f.used {
			t.Errorf("nothing shown any more that is free since %s", f.why)
		}
	}
}

// playFreedoms are those of plays whose response times are given.
func playFreedoms(version string) []*freedom {
	return slices.DeleteFunc(freedoms(version), func(f *freedom) bool { return f.http })
}

// lines writes a view as lines of a path and a value, and notes what freedoms are used.
func (v *view) lines(free []*freedom) []string {
	values := map[string]string{}
	flatten(values, "stats", v.stats)
	flatten(values, "exceptions", v.exceptions)
	if v.requests != nil {
		flattenTable(values, "requests.csv", v.requests)
		flattenTable(values, "failures.csv", v.failures)
	}
	var lines []string
	for _, path := range slices.Sorted(maps.Keys(values)) {
		lines = append(lines, path+": "+compared(path, values[path], free))
	}
	return lines
}

// compared is what is compared of a value: the value, or what a freedom leaves of it.
func compared(path, value string, free []*freedom) string {
	for _, f := range free {
		if !slices.Contains(strings.Split(f.kind, " or "), kindOf(value)) || !f.path.MatchString(path) {
			continue
		}
		if f.as == nil {
			f.used = true
			return f.kind
		}
		rest := f.as(value)
		f.used = f.used || rest != value
		return rest
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
	case string:
		values[path] = strconv.Quote(v) // so that "1" is no number
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
