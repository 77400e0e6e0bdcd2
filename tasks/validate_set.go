package tasks

import (
	"fmt"
	"maps"
	"slices"
)

// isSimple says that ts has nothing to find a mistake in, at a fraction of the cost: every
// user's tasks are checked when it starts.
func isSimple(ts *TaskSet) bool {
	for i := range ts.Tasks {
		t := &ts.Tasks[i]
		if t.Run == nil || t.Set != nil || t.Transitions != nil || t.Weight < 0 || t.Weight > maxWeight {
			return false
		}
	}
	return len(ts.Tasks) > 0
}

// set finds the mistakes in a set; outer are the enclosing ones.
func (m *mistakes) set(path string, ts *TaskSet, outer []*TaskSet) {
	if len(ts.Tasks) == 0 {
		m.add(path, "has no tasks")
	}
	outer = append(outer, ts)
	for i := range ts.Tasks {
		m.task(path, i, &ts.Tasks[i], outer)
	}
	if slices.ContainsFunc(ts.Tasks, func(t Task) bool { return t.Transitions != nil }) {
		m.chain(path, ts)
	}
}

func (m *mistakes) task(path string, i int, t *Task, outer []*TaskSet) {
	name := t.name()
	if t.Weight != 0 || name == "" || (t.Run == nil) == (t.Set == nil) {
		m.taskItself(fmt.Sprintf("%s: task %d %q", path, i+1, name), t)
	}
	switch {
	case t.Set == nil:
	case slices.Contains(outer, t.Set):
		m.add(nested(path, name), "contains itself")
	default:
		m.set(nested(path, name), t.Set, outer)
	}
}

func (m *mistakes) taskItself(path string, t *Task) {
	m.weight(path, "weight", t.Weight)
	switch {
	case t.Run == nil && t.Set == nil:
		m.add(path, "neither Run nor Set is set")
	case t.Run != nil && t.Set != nil:
		m.add(path, "both Run and Set are set")
	}
	if t.name() == "" {
		m.add(path, "has no name, which a function literal and a task set need")
	}
}

// chain finds the mistakes in the transitions of a set.
func (m *mistakes) chain(path string, ts *TaskSet) {
	if ts.Sequential {
		m.add(path, "is sequential and has transitions")
	}
	names := map[string]bool{}
	for i := range ts.Tasks {
		name := ts.Tasks[i].name()
		if names[name] {
			m.add(path, "two tasks with the name %q: transitions cannot tell them apart", name)
		}
		names[name] = true
	}
	for i := range ts.Tasks {
		t := &ts.Tasks[i]
		m.transitions(fmt.Sprintf("%s: task %d %q", path, i+1, t.name()), t, names)
	}
}

func (m *mistakes) transitions(path string, t *Task, names map[string]bool) {
	if t.Transitions == nil {
		m.add(path, "has no transitions, but other tasks of its set have")
		return
	}
	total := 0
	for _, to := range slices.Sorted(maps.Keys(t.Transitions)) {
		w := t.Transitions[to]
		total += w
		m.weight(path, fmt.Sprintf("weight of the transition to %q", to), w)
		if !names[to] {
			m.add(path, "transition to %q, which is no task of its set", to)
		}
	}
	if total == 0 {
		m.add(path, "transitions lead nowhere")
	}
}
