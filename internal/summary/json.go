package summary

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/hopperband/hopperband/protocol"
)

// JSON is what --json prints: a list of the entries with requests, with an indent of four
// (locust/stats.py, print_stats_json). Keep.Seconds makes its seconds complete.
func (s *Summary) JSON() []byte {
	var all []string
	for _, e := range s.sorted() {
		if e.requests > 0 || e.failures > 0 {
			all = append(all, e.json())
		}
	}
	if len(all) == 0 {
		return []byte("[]")
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "[\n%s\n]", strings.Join(all, ",\n"))
	return b.Bytes()
}

func (e *entry) json() string {
	const in = "        "
	null := func(f protocol.NullFloat) string {
		if !f.Valid {
			return "null"
		}
		return float(f.Float64)
	}
	sum := float(e.sum)
	if e.timed() == 0 {
		sum = "0"
	}
	fields := []string{
		`"name": ` + quote(e.name), `"method": ` + quote(e.method),
		`"last_request_timestamp": ` + null(e.last), `"start_time": ` + float(e.start),
		`"num_requests": ` + whole(e.requests), `"num_none_requests": ` + whole(e.none), `"num_failures": ` + whole(e.failures),
		`"total_response_time": ` + sum, `"max_response_time": ` + orZero(e.max), `"min_response_time": ` + null(e.min),
		`"total_content_length": ` + whole(e.length), `"response_times": ` + counts(e.times),
		`"num_reqs_per_sec": ` + counts(e.perSecond), `"num_fail_per_sec": ` + counts(e.failedSecond),
	}
	return "    {\n" + in + strings.Join(fields, ",\n"+in) + "\n    }"
}

func counts(all []protocol.Count) string {
	if len(all) == 0 {
		return "{}"
	}
	var b strings.Builder
	for i, c := range all {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "\n            \"%d\": %d", c.Key, c.N)
	}
	return "{" + b.String() + "\n        }"
}

// quote writes a string in ASCII, as Python's json does.
func quote(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case ' ' <= r && r <= '~':
			b.WriteRune(r)
		default:
			b.WriteString(escape(r))
		}
	}
	b.WriteByte('"')
	return b.String()
}

func escape(r rune) string {
	if i := strings.IndexRune("\b\f\n\r\t", r); i >= 0 {
		return `\` + string("bfnrt"[i])
	}
	if r <= 0xffff {
		return fmt.Sprintf(`\u%04x`, r)
	}
	high, low := utf16.EncodeRune(r)
	return fmt.Sprintf(`\u%04x\u%04x`, high, low)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
