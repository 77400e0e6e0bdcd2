package flags

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

// readConf reads the lines of a locust.conf (ConfigArgParse 1.9, DefaultConfigFileParser):
//
//	# a comment, as are lines with ; or [ or --- at the start
//	host = http://localhost:8080   # "host: …", "host …" and "--host …" are the same
//	headless
//	tags = [a, b]
func readConf(path string, text []byte) ([]entry, error) {
	var entries []entry
	for i, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.ContainsAny(line[:1], "#;[") || strings.HasPrefix(line, "---") {
			continue
		}
		key, rest, ok := splitConf(line)
		if !ok {
			return nil, fmt.Errorf("%s:%d: %q: not a line such as: key = value", path, i+1, line)
		}
		value, quoted := confValue(rest)
		e := entry{line: i + 1, key: key, values: []string{value}}
		if elements, ok := parseList(value); ok {
			e.values, e.list = elements, true
			if quoted {
				e.quoted = value
			}
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// splitConf splits a line into a key and what is behind it, true if there is only a key.
func splitConf(line string) (key, rest string, ok bool) {
	end := strings.IndexFunc(line, func(r rune) bool { return strings.ContainsRune(":=;#", r) || unicode.IsSpace(r) })
	if end < 0 {
		return line, "true", true
	}
	key = line[:end]
	behind := strings.TrimLeftFunc(line[end:], unicode.IsSpace)
	switch {
	case end == 0:
		return "", "", false
	case behind[0] == '=' || behind[0] == ':':
		return key, strings.TrimLeftFunc(behind[1:], unicode.IsSpace), true
	}
	return key, behind, len(behind) < len(line[end:])
}

// confValue is a value without its quotes and the comment behind it.
func confValue(s string) (value string, quoted bool) {
	if s == "" {
		return "", false
	}
	if quote := s[0]; quote == '"' || quote == '\'' {
		for i := 1; i < len(s); i++ {
			if s[i] == quote && ends(s[i+1:]) {
				return s[1:i], true
			}
		}
	}
	for i := 1; i < len(s); i++ {
		if ends(s[i:]) {
			return s[:i], false
		}
	}
	return s, false
}

// ends says that nothing but a comment is left of a line.
func ends(s string) bool {
	t := strings.TrimLeftFunc(s, unicode.IsSpace)
	return t == "" || len(t) < len(s) && (t[0] == '#' || t[0] == ';')
}

// parseList reads [a, b] and JSON's ["a", "b"].
func parseList(s string) (elements []string, ok bool) {
	if len(s) < 2 || s[0] != '[' || s[len(s)-1] != ']' {
		return nil, false
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(s)))
	decoder.UseNumber()
	var values []any
	if err := decoder.Decode(&values); err == nil && !decoder.More() {
		for _, v := range values {
			elements = append(elements, pythonText(v))
		}
		return elements, true
	}
	for element := range strings.SplitSeq(s[1:len(s)-1], ",") {
		elements = append(elements, strings.TrimSpace(element))
	}
	return elements, true
}

// pythonText is Python's text of a value.
func pythonText(v any) string {
	switch v := v.(type) {
	case bool:
		if v {
			return "True"
		}
		return "False"
	case nil:
		return "None"
	case map[string]any, []any:
		if text, err := json.Marshal(v); err == nil {
			return string(text) // Python's text of it would be of use to nobody
		}
	}
	return fmt.Sprint(v)
}
