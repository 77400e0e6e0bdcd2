package worker

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hopperband/hopperband/protocol"
	"github.com/hopperband/hopperband/tasks"
)

// An edit is what the master's web UI has changed of a user class. It is for users that
// are started after it, also of later tests.
type edit struct {
	host       string
	only       []string // nil keeps all tasks
	attributes map[string]any
}

// edited takes a change of a user class in (locust/env.py, update_user_class).
func (w *worker) edited(m *protocol.UpdateUserClass) {
	c := w.swarm.class(m.UserClassName)
	if c == nil {
		w.log.Warn().Str("user_class", cut(m.UserClassName, 200)).Strs("known", w.classNames()).Msg("the master edits a user class that this worker does not have")
		return
	}
	e := &edit{}
	if old := w.edits[c.Name]; old != nil {
		*e = edit{old.host, old.only, maps.Clone(old.attributes)}
	}
	for name, v := range m.Attributes {
		switch name {
		case "host":
			if host, err := w.host(v); err == nil {
				e.host = host
			} else {
				w.log.Warn().Str("user_class", c.Name).Str("error", cut(err.Error(), 300)).Msg("an edit leaves the host of a user class as it is")
			}
		case "tasks":
			e.only = w.only(c, v)
		case "weight", "fixed_count": // the master's own business
		default:
			if e.attributes == nil {
				e.attributes = map[string]any{}
			}
			e.attributes[name] = v
		}
	}
	w.edits[c.Name] = e
	w.log.Info().Str("user_class", c.Name).Strs("tasks", e.only).Str("host", cut(shown(e.host), 200)).Msg("user class edited")
	if w.phase == active {
		w.swarm.prepare(w.driver)
	}
}

// host returns the host of an edit, unless the worker may not load it.
func (w *worker) host(v any) (string, error) {
	host, ok := v.(string)
	if !ok && v != nil {
		return "", fmt.Errorf("worker: host in an edit: %T: no text", v)
	}
	return host, w.cfg.allows(host)
}

// only returns the tasks that an edit keeps; nil keeps all.
func (w *worker) only(c *tasks.UserClass, v any) []string {
	names, err := kept(c, v)
	if err != nil {
		return nil
	}
	if len(names) == 0 {
		w.log.Warn().Str("user_class", c.Name).Str("tasks", cut(fmt.Sprint(v), 200)).Msg("the edit of a user class names none of its tasks: it keeps all")
	}
	return names
}

// kept returns the tasks that an edit keeps, by their names here, where it has those of the
// printed locustfile. One that names none of the class's tasks is of a locustfile that does not
// have them: it keeps all, which is nil.
func kept(c *tasks.UserClass, v any) (names []string, err error) {
	outline, err := c.Outline()
	if err != nil {
		return nil, err
	}
	wanted := list(v)
	for _, t := range outline.Tasks {
		if slices.Contains(wanted, t.Name) || slices.Contains(wanted, identifier(t.Name)) {
			names = append(names, t.Name)
		}
	}
	return names, nil
}

// identifier makes a Python identifier of a task's name.
func identifier(name string) string {
	id := strings.Map(func(r rune) rune {
		if r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return '_'
	}, name)
	if id == "" || '0' <= id[0] && id[0] <= '9' || reserved(id) {
		id = "_" + id
	}
	return id
}

// class returns the user class of that name, or nil.
func (s *swarm) class(name string) *tasks.UserClass {
	for _, c := range s.classes {
		if c.Name == name {
			return c.UserClass
		}
	}
	return nil
}
