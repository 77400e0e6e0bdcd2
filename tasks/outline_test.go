package tasks_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

type clerk struct{}

func (clerk) browse(context.Context) error { return tasks.StopUser }
func (clerk) leave(context.Context) error  { return tasks.InterruptTaskSet }

func newClerk(*tasks.User) tasks.TaskSet {
	var c clerk
	return tasks.TaskSet{Tasks: []tasks.Task{
		{Run: c.browse, Weight: 3},
		{Name: "forum", Tags: []string{"slow"}, Set: &tasks.TaskSet{Tasks: []tasks.Task{{Run: c.leave}}}},
	}}
}

func TestOutline(t *testing.T) {
	c := &tasks.UserClass{Name: "Clerk", New: newClerk}
	ts, err := c.Outline()
	if err != nil || len(ts.Tasks) != 2 || ts.Tasks[0].Name != "browse" || ts.Tasks[0].Weight != 3 || ts.Tasks[1].Set.Tasks[0].Name != "leave" {
		t.Errorf("%+v, %v", ts, err)
	}
	for want, f := range map[string]func(*tasks.User) tasks.TaskSet{
		"bug":      func(*tasks.User) tasks.TaskSet { panic("bug") },
		"no tasks": func(*tasks.User) tasks.TaskSet { return tasks.TaskSet{} },
	} {
		c := &tasks.UserClass{Name: "Clerk", New: f}
		if _, err := c.Outline(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// A class edit of the master lets only some tasks of the outermost set run.
func TestOnly(t *testing.T) {
	for _, tt := range []struct {
		only []string
		want string
	}{
		{nil, "a b c"},
		{[]string{"a", "c"}, "a c"},
		{[]string{"c", "nobody"}, "c"},
	} {
		var ran []string
		note := func(name string, err error) func(context.Context) error {
			return func(context.Context) error { ran = append(ran, name); return err }
		}
		c := fixed(tasks.TaskSet{Sequential: true, Tasks: []tasks.Task{
			{Name: "a", Run: note("a", nil)},
			{Name: "b", Set: &tasks.TaskSet{Tasks: []tasks.Task{{Name: "inner", Run: note("b", tasks.InterruptTaskSet)}}}},
			{Name: "c", Run: note("c", tasks.StopUser)},
		}})
		j := &journal{}
		d := j.driver()
		d.Only = tt.only
		c.Run(t.Context(), d)
		if got := strings.Join(ran, " "); got != tt.want {
			t.Errorf("only %q: ran %q, want %q", tt.only, got, tt.want)
		}
	}
}
