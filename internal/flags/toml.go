package flags

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// readTOML reads the entries of the set's table in a TOML file.
func (s *Set) readTOML(path string, text []byte) ([]entry, error) {
	table := map[string]any{}
	if err := toml.Unmarshal(text, &table); err != nil {
		var bad *toml.DecodeError
		if errors.As(err, &bad) {
			row, _ := bad.Position()
			return nil, fmt.Errorf("%s:%d: %w", path, row, err)
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for name := range strings.SplitSeq(s.Section, ".") {
		table, _ = table[name].(map[string]any)
	}
	var entries []entry
	for _, e := range tomlKeys(text, s.Section) {
		switch v := table[e.key].(type) {
		case nil:
			continue
		case []any:
			e.list = true
			for _, element := range v {
				e.values = append(e.values, pythonText(element))
			}
		default:
			e.values = []string{pythonText(v)}
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// tomlKeys are the keys of a table with their lines, in the order of the file.
func tomlKeys(text []byte, section string) (entries []entry) {
	var p unstable.Parser
	p.Reset(text)
	table := ""
	for p.NextExpression() {
		e := p.Expression()
		path, line := tomlPath(&p, e)
		if e.Kind != unstable.KeyValue {
			table = path
			continue
		}
		if table != "" {
			path = table + "." + path
		}
		if key, ok := strings.CutPrefix(path, section+"."); ok {
			entries = append(entries, entry{key: key, line: line})
		}
	}
	return entries
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
