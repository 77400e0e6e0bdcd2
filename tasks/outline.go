package tasks

import (
	"context"
	"slices"
)

// Outline returns what New builds, for tools that show the tasks of a class: it calls New
// once, for a user that never runs. Tasks whose name was left out have that of their
// method. The functions in it must not be called. An error says that New panicked or that
// the set has mistakes, which Validate names as well.
func (c *UserClass) Outline() (TaskSet, error) {
	u := c.newUser(context.Background(), &Driver{})
	defer u.cleanup()
	ts, err := c.tasks(u)
	if err == nil {
		err = checkSet(c, ts)
	}
	if err != nil {
		return TaskSet{}, err
	}
	return *outlined(ts), nil
}

// outlined returns a copy with names.
func outlined(ts *TaskSet) *TaskSet {
	named := *ts
	named.Tasks = slices.Clone(ts.Tasks)
	for i := range named.Tasks {
		t := &named.Tasks[i]
		t.Name = t.name()
		if t.Set != nil {
			t.Set = outlined(t.Set)
		}
	}
	return &named
}
