package worker

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/hopperband/hopperband/internal/dispatch"
	"github.com/hopperband/hopperband/protocol"
	"github.com/hopperband/hopperband/tasks"
)

// A plan is a test without a master: what a master would know of it.
type plan struct {
	host    string
	users   int
	rate    float64       // users a second
	runTime time.Duration // 0 is without end
	classes []*tasks.UserClass
	edits   []*protocol.UpdateUserClass
	weights map[string]float64 // by class, where an edit has one
	fixed   map[string]int
}

// dispatcher deals out the users.
func (p *plan) dispatcher() *dispatch.Dispatcher {
	var classes []dispatch.Class
	for _, c := range p.classes {
		d := dispatch.Class{Name: c.Name, Weight: float64(max(c.Weight, 1)), FixedCount: c.FixedCount}
		if w, ok := p.weights[c.Name]; ok {
			d.Weight = w
		}
		if n, ok := p.fixed[c.Name]; ok {
			d.FixedCount = n
		}
		classes = append(classes, d)
	}
	return dispatch.New(p.users, p.rate, classes...)
}

// fixedUsers is the sum of the fixed counts.
func (p *plan) fixedUsers() (n int) {
	for _, c := range p.classes {
		if fixed, ok := p.fixed[c.Name]; ok {
			n += fixed
		} else {
			n += c.FixedCount
		}
	}
	return n
}

// configure reads --config-users: objects or lists of them, as JSON or in .json files
// (locust/argument_parser.py, json_user_config; locust/env.py, update_user_class).
func (p *plan) configure(texts []string, all []*tasks.UserClass) error {
	p.weights, p.fixed = map[string]float64{}, map[string]int{}
	var errs []error
	for _, text := range texts {
		objects, err := userConfigs(text)
		for _, o := range objects {
			err = errors.Join(err, p.edit(o, all))
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("--config-users: %w", err))
		}
	}
	return errors.Join(errs...)
}

// allowed names the hosts among the edits that may not be loaded.
func (p *plan) allowed(cfg Config) error {
	var errs []error
	for _, e := range p.edits {
		if host, ok := e.Attributes["host"].(string); ok {
			errs = append(errs, cfg.allows(host))
		}
	}
	return errors.Join(errs...)
}

func userConfigs(text string) (objects []map[string]any, err error) {
	data := []byte(text)
	if strings.HasSuffix(text, ".json") {
		if data, err = os.ReadFile(text); err != nil {
			return nil, err
		}
	}
	if trimmed := bytes.TrimSpace(data); len(trimmed) == 0 || trimmed[0] != '[' {
		data = slices.Concat([]byte("["), data, []byte("]"))
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err = d.Decode(&objects); err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("something stands behind it")
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: neither a JSON object, nor a list of them, nor a .json file: %w", cut(text, 100), err)
	}
	return objects, nil
}

// edit takes the change of one user class in.
func (p *plan) edit(o map[string]any, all []*tasks.UserClass) error {
	name, _ := o["user_class_name"].(string)
	if name == "" {
		return errors.New(`an object without a "user_class_name"`)
	}
	if !slices.Contains(names(all), name) {
		return fmt.Errorf("user_class_name %q: not a user class of this program, which has %s", name, strings.Join(names(all), ", "))
	}
	m := &protocol.UpdateUserClass{UserClassName: name, Attributes: map[string]any{}}
	for _, key := range slices.Sorted(maps.Keys(o)) {
		v := plain(o[key])
		n, isNumber := number(v)
		switch {
		case key == "user_class_name":
		case key == "weight" && isNumber && n >= 0:
			p.weights[name] = n
		case key == "fixed_count" && isNumber && n >= 0 && n == float64(int(n)):
			p.fixed[name] = int(n)
		case key == "weight", key == "fixed_count":
			return fmt.Errorf("%s of %s: %v: not a number from 0", key, name, o[key])
		default:
			m.Attributes[key] = v
		}
	}
	p.edits = append(p.edits, m)
	return nil
}

// plain makes whole numbers and floats of JSON's numbers, as they come from a master.
func plain(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64() // what is too large is infinite
		return f
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = plain(v[k])
		}
	}
	return v
}

// equalize gives all classes the same weight, and all tasks, those of nested sets without
// their sets (locust/env.py, assign_equal_weights).
func (p *plan) equalize() {
	equal := make([]*tasks.UserClass, len(p.classes))
	for i, c := range p.classes {
		e := *c
		e.Weight = 1
		delete(p.weights, c.Name)
		e.New = func(u *tasks.User) tasks.TaskSet {
			ts := c.New(u)
			ts.Tasks = leaves(nil, ts.Tasks, nil)
			ts.Sequential = false
			return ts
		}
		equal[i] = &e
	}
	p.classes = equal
}

// leaves adds the tasks that are no sets to found, with the tags of their sets. Those of
// the same name count once.
func leaves(found, all []tasks.Task, tags []string) []tasks.Task {
	for _, t := range all {
		t.Tags = slices.Concat(tags, t.Tags)
		if t.Set != nil {
			found = leaves(found, t.Set.Tasks, t.Tags)
			continue
		}
		if t.Name != "" && slices.ContainsFunc(found, func(f tasks.Task) bool { return f.Name == t.Name }) {
			continue
		}
		t.Weight, t.Transitions = 1, nil
		found = append(found, t)
	}
	return found
}
