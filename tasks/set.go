package tasks

import (
	"fmt"
	"slices"
)

// A set is a TaskSet as one user runs it: what the tags leave, and the tables to pick by.
type set struct {
	*TaskSet
	name  string // "" at the root
	steps []step
	edges [][]edge // of a Markov chain, one row for each step

	at   int // the step that Sequential or the chain has come to
	done int // how often it has run
}

// A step is a task of a set.
type step struct {
	task *Task
	set  *set // of a task that is a nested set
	upto int  // sum of the weights so far
}

// An edge of a Markov chain leads to a step.
type edge struct{ upto, to int }

// A tagFilter is Locust's rule (locust/user/task.py): a task runs if it has one of the
// wanted tags, where there are any, and none of the unwanted ones. Besides, a task of the
// root has to have one of the names, if these are not nil.
type tagFilter struct{ wanted, unwanted, names []string }

func (f *tagFilter) selects(tags []string) bool {
	has := func(tag string) bool { return slices.Contains(tags, tag) }
	return (len(f.wanted) == 0 || slices.ContainsFunc(f.wanted, has)) &&
		!slices.ContainsFunc(f.unwanted, has)
}

// newSet returns the set of what f leaves of ts, which is valid. Tags are those of the
// enclosing tasks.
func newSet(name string, ts *TaskSet, f *tagFilter, tags []string) *set {
	s := &set{TaskSet: ts, name: name, steps: make([]step, 0, len(ts.Tasks))}
	for i := range ts.Tasks {
		s.add(&ts.Tasks[i], f, tags)
	}
	if len(s.steps) > 0 && s.steps[0].task.Transitions != nil {
		s.edges = newEdges(s.steps)
	}
	return s
}

// add adds t, if f selects it.
func (s *set) add(t *Task, f *tagFilter, tags []string) {
	if s.name == "" && f.names != nil && !slices.Contains(f.names, t.name()) {
		return
	}
	st := step{task: t}
	if len(t.Tags) > 0 {
		tags = slices.Concat(tags, t.Tags)
	}
	if t.Set != nil {
		st.set = newSet(t.Name, t.Set, f, tags)
		if len(st.set.steps) == 0 {
			return
		}
	} else if !f.selects(tags) {
		return
	}
	st.upto = st.weight()
	if n := len(s.steps); n > 0 {
		st.upto += s.steps[n-1].upto
	}
	s.steps = append(s.steps, st)
}

func newEdges(steps []step) [][]edge {
	rows := make([][]edge, len(steps))
	names := make([]string, len(steps))
	for i, st := range steps {
		names[i] = st.task.name()
	}
	for i, st := range steps {
		total := 0
		for to, name := range names {
			if w := st.task.Transitions[name]; w > 0 {
				total += w
				rows[i] = append(rows[i], edge{total, to})
			}
		}
	}
	return rows
}

func (st *step) weight() int { return max(1, st.task.Weight) }

// label names a function of the set.
func (s *set) label(function string) string {
	if s.name == "" {
		return function
	}
	return fmt.Sprint(s.name, ".", function)
}

// hasOnStop says whether the set or a nested one has an OnStop.
func (s *set) hasOnStop() bool {
	for i := range s.steps {
		if nested := s.steps[i].set; nested != nil && nested.hasOnStop() {
			return true
		}
	}
	return s.OnStop != nil
}
