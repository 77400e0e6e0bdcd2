package tasks

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
)

// maxWeight keeps sums of weights from overflowing.
const maxWeight = math.MaxInt32

// Validate returns all mistakes in classes, joined, or nil. It calls New once for each
// class, for a user that never runs, and each wait time once.
func Validate(classes ...*UserClass) error {
	var m mistakes
	seen := map[string]bool{}
	for i, c := range classes {
		switch {
		case c == nil:
			m.add(fmt.Sprintf("user class %d", i+1), "is nil")
			continue
		case c.Name == "":
			m.add(fmt.Sprintf("user class %d", i+1), "has no name")
		case seen[c.Name]:
			m.add(c.path(), "is not the only one of that name")
		}
		seen[c.Name] = true
		m.class(c)
	}
	return errors.Join(m...)
}

// checkSet returns all mistakes in a set, joined.
func checkSet(c *UserClass, ts *TaskSet) error {
	if isSimple(ts) {
		return nil
	}
	return setMistakes(c, ts)
}

func setMistakes(c *UserClass, ts *TaskSet) error {
	var m mistakes
	m.set(c.path(), ts, nil)
	return errors.Join(m...)
}

func (c *UserClass) path() string { return fmt.Sprintf("user class %q", c.Name) }

type mistakes []error

func (m *mistakes) add(path, format string, args ...any) {
	*m = append(*m, fmt.Errorf("tasks: %s: %w", path, fmt.Errorf(format, args...)))
}

func (m *mistakes) class(c *UserClass) {
	path := c.path()
	m.weight(path, "weight", c.Weight)
	m.weight(path, "fixed count", c.FixedCount)
	m.wait(path, c.WaitTime)
	if c.New == nil {
		m.add(path, "New is nil")
		return
	}
	u := c.newUser(context.Background(), &Driver{})
	defer u.cleanup()
	ts, err := c.tasks(u)
	if err != nil {
		m.add(path, "New: %w", err)
		return
	}
	m.set(path, ts, nil)
	m.waits(path, ts, nil)
}

func (m *mistakes) weight(path, what string, w int) {
	switch {
	case w < 0:
		m.add(path, "negative %s %d", what, w)
	case w > maxWeight:
		m.add(path, "%s %d is more than %d", what, w, maxWeight)
	}
}

// wait calls a wait time once: that is when one with a bad argument panics.
func (m *mistakes) wait(path string, wait WaitTime) {
	if wait == nil {
		return
	}
	_, err := ask(wait, &Iteration{})
	if p, ok := errors.AsType[*PanicError](err); ok {
		if bad, ok := p.Value.(waitError); ok {
			err = bad.error
		}
	}
	if err != nil {
		m.add(path, "wait time: %w", err)
	}
}

// waits goes through the wait times of a set and its nested ones.
func (m *mistakes) waits(path string, ts *TaskSet, outer []*TaskSet) {
	m.wait(path, ts.WaitTime)
	outer = append(outer, ts)
	for _, t := range ts.Tasks {
		if t.Set != nil && !slices.Contains(outer, t.Set) {
			m.waits(nested(path, t.Name), t.Set, outer)
		}
	}
}

func nested(path, name string) string { return fmt.Sprintf("%s: task set %q", path, name) }
