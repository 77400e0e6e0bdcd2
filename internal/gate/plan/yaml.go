package plan

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/hopperband/hopperband/internal/flags"
)

// A decoder reads a plan strictly and remembers all that is wrong with it.
type decoder struct {
	file     string
	origins  map[string]string
	problems []error
}

// A node value is a Value that reads more of YAML than one text or a list of them.
type nodeValue interface {
	setNode(d *decoder, node *yaml.Node, key string)
}

func (d *decoder) wrong(node *yaml.Node, format string, args ...any) {
	d.problems = append(d.problems, fmt.Errorf("%s: %w", d.at(node), fmt.Errorf(format, args...)))
}

func (d *decoder) at(node *yaml.Node) string {
	if node.Line == 0 || d.file == "" {
		return d.file
	}
	return fmt.Sprintf("%s:%d", d.file, node.Line)
}

// decode reads a whole file.
func (d *decoder) decode(text []byte, settings []setting) {
	var document yaml.Node
	in := yaml.NewDecoder(bytes.NewReader(text))
	err := in.Decode(&document)
	switch {
	case errors.Is(err, io.EOF):
		return
	case err != nil:
		d.problems = append(d.problems, fmt.Errorf("%s: %s", d.file, strings.TrimPrefix(err.Error(), "yaml: ")))
		return
	}
	if err := in.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		d.problems = append(d.problems, fmt.Errorf("%s: a plan is one document, without a second after ---", d.file))
	}
	if root := real(document.Content[0]); root.Kind == yaml.MappingNode {
		d.mapping(root, "", settings)
	} else if !isNull(root) {
		d.wrong(root, "a plan is a mapping of keys, such as run: {users: 10, duration: 1m}")
	}
}

// real is what an alias stands for.
func real(node *yaml.Node) *yaml.Node {
	for node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	return node
}

func isNull(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.Tag == "!!null" }

// mapping sets what stands below a prefix such as "run.".
func (d *decoder) mapping(node *yaml.Node, prefix string, settings []setting) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], real(node.Content[i+1])
		key := prefix + name.Value
		switch {
		case seen[key]:
			d.wrong(name, "%s: the key stands here a second time", key)
			continue
		case name.Kind != yaml.ScalarNode:
			d.wrong(name, "%sa key has to be a word", prefix)
			continue
		}
		seen[key] = true
		d.entry(name, value, key, prefix, settings)
	}
}

func (d *decoder) entry(name, value *yaml.Node, key, prefix string, settings []setting) {
	for i := range settings {
		if settings[i].key == key {
			d.origins[key] = d.at(name)
			d.set(&settings[i], value, key)
			return
		}
	}
	if !slices.ContainsFunc(settings, func(s setting) bool { return strings.HasPrefix(s.key, key+".") }) {
		d.wrong(name, "%s: unknown key%s", key, suggestion(name.Value, prefix, settings))
		return
	}
	switch {
	case value.Kind == yaml.MappingNode:
		d.mapping(value, key+".", settings)
	case !isNull(value):
		d.wrong(value, "%s: a mapping of keys is needed here", key)
	}
}

// suggestion names the key next to one that is unknown: in its section, or in another.
func suggestion(name, prefix string, settings []setting) string {
	var near, far []string
	for _, s := range settings {
		if rest, ok := strings.CutPrefix(s.key, prefix); ok {
			first, _, _ := strings.Cut(rest, ".")
			near = append(near, first)
		}
		if _, last, _ := strings.Cut(s.key, "."); last == name {
			far = append(far, s.key)
		}
	}
	if best := flags.Nearest(name, near); best != "" {
		return "; did you mean " + best + "?"
	}
	if len(far) > 0 {
		return "; did you mean " + strings.Join(far, " or ") + "?"
	}
	slices.Sort(near)
	return "; known are " + strings.Join(slices.Compact(near), ", ")
}

// set gives a value what stands in the plan.
func (d *decoder) set(s *setting, node *yaml.Node, key string) {
	if custom, ok := s.value.(nodeValue); ok {
		custom.setNode(d, node, key)
		return
	}
	list, isList := s.value.(flags.List)
	var err error
	switch {
	case isNull(node):
		err = errors.New("a value is needed")
	case node.Kind == yaml.ScalarNode:
		if err = s.value.Set(node.Value); err != nil && !isSecret(s.value) {
			err = fmt.Errorf("%q: %w", node.Value, err)
		}
	case node.Kind == yaml.SequenceNode && isList:
		err = setTexts(list, node)
	case node.Kind == yaml.MappingNode && isMapping(s.value):
		err = setPairs(list, node)
	default:
		err = fmt.Errorf("%s is needed, not %s", kindOf(s.value).words, kindName(node))
	}
	if err != nil {
		d.wrong(node, "%s: %w", key, err)
	}
}

func isMapping(v flags.Value) bool {
	switch v.(type) {
	case *Pairs, *Secrets:
		return true
	}
	return false
}

func isSecret(v flags.Value) bool {
	switch v.(type) {
	case *Secret, *Secrets:
		return true
	}
	return false
}

func kindName(node *yaml.Node) string {
	switch node.Kind {
	case yaml.SequenceNode:
		return "a list"
	case yaml.MappingNode:
		return "a mapping"
	}
	return "a single value"
}

func setTexts(list flags.List, node *yaml.Node) error {
	texts := make([]string, 0, len(node.Content))
	for _, item := range node.Content {
		item = real(item)
		if item.Kind != yaml.ScalarNode || isNull(item) {
			return fmt.Errorf("line %d: a single value is needed", item.Line)
		}
		texts = append(texts, item.Value)
	}
	return list.SetAll(texts)
}

func setPairs(list flags.List, node *yaml.Node) error {
	texts := make([]string, 0, len(node.Content)/2)
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], real(node.Content[i+1])
		switch {
		case value.Kind != yaml.ScalarNode || isNull(value) || strings.Contains(name.Value, "="):
			return fmt.Errorf("line %d: %s: a name without = and a single value are needed", name.Line, name.Value)
		case seen[name.Value]:
			return fmt.Errorf("line %d: %s: the name stands here a second time", name.Line, name.Value)
		}
		seen[name.Value] = true
		text := value.Value
		if value.Tag == "!!bool" { // a master takes no True for true
			text = strings.ToLower(text)
		}
		texts = append(texts, name.Value+"="+text)
	}
	return list.SetAll(texts)
}
