package plan

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/hopperband/hopperband/internal/flags"
	"github.com/hopperband/hopperband/internal/gate/threshold"
)

// A Threshold is an entry under thresholds: a text such as "p95 < 250ms", which is of all
// requests, or a mapping that says more.
type Threshold struct {
	Check, Method, Name, Pattern flags.String
	Each, Warn, Stop             flags.Bool
	Window, Grace                flags.Duration

	origin    string
	threshold threshold.Threshold
}

// Thresholds are those of a plan. In flags and variables each is written as in the plan:
// p95 < 250ms, or {check: p95 < 250ms, name: /items, warn: true}.
type Thresholds []Threshold

func (t *Threshold) settings() []setting {
	return []setting{
		{"check", &t.Check, "what must hold: p50 … p99.9, min, max, avg, failures, rate or count, with <, <=, > or >="},
		{"method", &t.Method, "only requests of this method"},
		{"name", &t.Name, "only requests of this name"},
		{"pattern", &t.Pattern, "only requests whose whole name matches this regular expression, all together"},
		{"each", &t.Each, "each name by itself, or each that matches the pattern"},
		{"window", &t.Window, "watch a sliding window of this length; without it, the plateau as a whole is judged"},
		{"warn", &t.Warn, "warn only"},
		{"stop", &t.Stop, "stop the run at once when it does not hold"},
		{"grace", &t.Grace, "how long after the start of the plateau it cannot stop the run"},
	}
}

// Set reads one threshold.
func (v *Thresholds) Set(s string) error { return v.SetAll([]string{s}) }

// SetAll reads thresholds, each as it stands in a plan.
func (v *Thresholds) SetAll(texts []string) error {
	*v = nil
	d := decoder{file: "threshold", origins: map[string]string{}}
	for _, text := range texts {
		var document yaml.Node
		if err := yaml.Unmarshal([]byte(text), &document); err != nil || len(document.Content) == 0 {
			return fmt.Errorf("%q is no threshold such as p95 < 250ms", text)
		}
		v.add(&d, real(document.Content[0]))
	}
	return errors.Join(d.problems...)
}

func (v *Thresholds) String() string {
	texts := make([]string, 0, len(*v))
	for _, t := range *v {
		texts = append(texts, string(t.Check))
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

func (v *Thresholds) setNode(d *decoder, node *yaml.Node, key string) {
	if node.Kind != yaml.SequenceNode {
		d.wrong(node, "%s: a list is needed: - p95 < 250ms", key)
		return
	}
	*v = nil
	for _, item := range node.Content {
		v.add(d, real(item))
	}
}

// add reads one entry.
func (v *Thresholds) add(d *decoder, node *yaml.Node) {
	t := Threshold{origin: d.at(node)}
	switch {
	case node.Kind == yaml.MappingNode:
		known := len(d.problems)
		inner := decoder{file: d.file, origins: map[string]string{}}
		inner.mapping(node, "", t.settings())
		if d.problems = append(d.problems, inner.problems...); len(d.problems) > known {
			return
		}
	case node.Kind == yaml.ScalarNode && !isNull(node):
		t.Check = flags.String(node.Value)
	default:
		d.wrong(node, "a threshold such as p95 < 250ms is needed, not %s", kindName(node))
		return
	}
	if err := t.resolve(); err != nil {
		d.wrong(node, "%w", err)
		return
	}
	*v = append(*v, t)
}

// resolve reads the check and the scope.
func (t *Threshold) resolve() error {
	if t.Check == "" {
		return errors.New("threshold: no check, such as p95 < 250ms")
	}
	read, err := threshold.Parse(string(t.Check))
	switch {
	case err != nil:
		return err
	case t.Name != "" && (t.Pattern != "" || bool(t.Each)):
		return fmt.Errorf("threshold %q: name goes without pattern and each", t.Check)
	case t.Method != "" && t.Name == "":
		return fmt.Errorf("threshold %q: method goes with name", t.Check)
	case t.Grace > 0 && !bool(t.Stop):
		return fmt.Errorf("threshold %q: grace goes with stop", t.Check)
	case bool(t.Warn) && bool(t.Stop):
		return fmt.Errorf("threshold %q: what only warns does not stop the run: warn or stop", t.Check)
	case t.Window < 0 || t.Grace < 0:
		return fmt.Errorf("threshold %q: no time is negative", t.Check)
	case t.Pattern != "":
		if read.Scope, err = threshold.Pattern(string(t.Pattern), bool(t.Each)); err != nil {
			return err
		}
	case bool(t.Each):
		read.Scope = threshold.Each()
	case t.Name != "":
		read.Scope = threshold.Name(string(t.Method), string(t.Name))
	}
	read.Window, read.Grace = durationOf(t.Window), durationOf(t.Grace)
	read.Warn, read.Abort = bool(t.Warn), bool(t.Stop)
	t.threshold = read
	return nil
}
