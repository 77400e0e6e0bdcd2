package plan

import (
	"encoding/json"
	"strings"

	"github.com/hopperband/hopperband/internal/flags"
)

// A kind is how a value is written in a plan.
type kind struct {
	words  string // "a whole number"
	schema map[string]any
}

// kindOf is the kind of a value, by its type.
func kindOf(v flags.Value) kind {
	scalar := map[string]any{"type": []string{"string", "number", "boolean"}}
	switch v := v.(type) {
	case *flags.Int:
		return kind{"a whole number", map[string]any{"type": "integer"}}
	case *Float:
		return kind{"a number", map[string]any{"type": "number"}}
	case *Ratio:
		return kind{"a part such as 5%", map[string]any{"anyOf": []any{
			map[string]any{"type": "number", "minimum": 0},
			map[string]any{"type": "string", "pattern": `^[0-9.]+\s*%?$`},
		}}}
	case *flags.Bool:
		return kind{"true or false", map[string]any{"type": "boolean"}}
	case *flags.Duration:
		return kind{"a time such as 30s", map[string]any{"anyOf": []any{
			map[string]any{"type": "integer", "minimum": 0},
			map[string]any{"type": "string", "pattern": `^(\d+|(\d+h)?(\d+m)?(\d+s)?(\d+ms)?)$`},
		}}}
	case *flags.Choice:
		return kind{"a word", map[string]any{"enum": v.Choices}}
	case *flags.Strings:
		return kind{"a list", map[string]any{"anyOf": []any{map[string]any{"type": "array", "items": scalar}, scalar}}}
	case *Pairs:
		return kind{"a mapping", map[string]any{"type": "object", "additionalProperties": scalar}}
	case *Secret:
		return kind{"env:NAME or file:PATH", map[string]any{"type": "string", "pattern": "^(env|file):."}}
	case *Secrets:
		return kind{"a mapping", map[string]any{
			"type": "object", "additionalProperties": map[string]any{"type": "string", "pattern": "^(env|file):."},
		}}
	case *Thresholds:
		entry := object((&Threshold{}).settings())
		entry["required"] = []string{"check"}
		return kind{"a list", map[string]any{"type": "array", "items": map[string]any{
			"anyOf": []any{map[string]any{"type": "string"}, entry},
		}}}
	}
	return kind{"a text", scalar}
}

// Schema is the JSON Schema of a plan, for editors.
func Schema() []byte {
	root := object(New().settings())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "Hopperband gate plan"
	text, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		panic(err) // maps of strings
	}
	return append(text, '\n')
}

// object is the schema of a mapping with the keys of the settings.
func object(settings []setting) map[string]any {
	properties := map[string]any{}
	nested := map[string][]setting{}
	for _, s := range settings {
		if section, rest, ok := strings.Cut(s.key, "."); ok {
			s.key = rest
			nested[section] = append(nested[section], s)
			continue
		}
		one := kindOf(s.value).schema
		one["description"] = s.usage
		if text := s.value.String(); text != "" && s.takes() == flags.One {
			one["default"] = defaultOf(s.value)
		}
		properties[s.key] = one
	}
	for section, inner := range nested {
		properties[section] = object(inner)
	}
	return map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
}

func defaultOf(v flags.Value) any {
	switch v := v.(type) {
	case *flags.Int:
		return int(*v)
	case *Float:
		return float64(*v)
	}
	return v.String()
}
