package flags

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// readTOML reads the entries of the set's table in a TOML file.
func (s *Set) readTOML(path string, text []byte) ([]entry, error) {
	table := map[string]any{}
	if err := toml.Unmarshal(text, &table); err != nil {
		if bad, ok := errors.AsType[*toml.DecodeError](err); ok {
			row, _ := bad.Position()
			return nil, fmt.Errorf("%s:%d: %w", path, row, err)
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for name := range strings.SplitSeq(s.Section, ".") {
		table, _ = table[name].(map[string]any)
	}
	lines := tomlLines(text)
	var entries []entry
	for _, key := range slices.Sorted(maps.Keys(table)) {
		e := entry{key: key, line: cmp.Or(lines[s.Section+"."+key], lines[s.Section])}
		if list, ok := table[key].([]any); ok {
			e.list = true
			for _, element := range list {
				e.values = append(e.values, pythonText(element))
			}
		} else {
			e.values = []string{pythonText(table[key])}
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// tomlLines are the lines that keys stand in, by their dotted names.
func tomlLines(text []byte) map[string]int {
	var p unstable.Parser
	p.Reset(text)
	lines := map[string]int{}
	table := ""
	for p.NextExpression() {
		e := p.Expression()
		path, line := tomlPath(&p, e)
		if e.Kind != unstable.KeyValue {
			table = path + "."
			lines[path] = line
			continue
		}
		lines[table+path] = line
	}
	return lines
}

// tomlPath is the dotted key of an expression, and its line.
func tomlPath(p *unstable.Parser, e *unstable.Node) (path string, line int) {
	var parts []string
	for keys := e.Key(); keys.Next(); {
		parts = append(parts, string(keys.Node().Data))
		if line == 0 {
			line = p.Shape(keys.Node().Raw).Start.Line
		}
	}
	return strings.Join(parts, "."), line
}
