package tasks_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

func nothing(context.Context) error { return nil }

func generic[T any](context.Context) error { return nil }

func goodSet() tasks.TaskSet {
	return tasks.TaskSet{WaitTime: tasks.Constant(0), Tasks: []tasks.Task{
		{Run: nothing, Weight: 3},
		{Run: (&visitor{}).browse},
		{Run: generic[int]},
		{Name: "literal", Run: func(context.Context) error { return nil }},
		{Name: "chain", Set: &tasks.TaskSet{Tasks: []tasks.Task{
			{Run: nothing, Transitions: map[string]int{"generic": 1}},
			{Run: generic[string], Transitions: map[string]int{"nothing": 2, "generic": 0}},
		}}},
	}}
}

func TestValidateAccepts(t *testing.T) {
	cleaned := false
	err := tasks.Validate(fixed(goodSet()), &tasks.UserClass{
		Name: "Full", Weight: 2, FixedCount: 1, Host: "http://localhost", WaitTime: tasks.Between(0, time.Second),
		New: func(u *tasks.User) tasks.TaskSet { u.Cleanup(func() { cleaned = true }); return goodSet() },
	})
	if err != nil {
		t.Error(err)
	}
	if !cleaned {
		t.Error("the user that never ran was not cleaned up")
	}
}

// Each mistake is named by its place, and all of them at once.
func TestValidateNamesEachMistake(t *testing.T) {
	loop := &tasks.TaskSet{}
	loop.Tasks = []tasks.Task{{Name: "loop", Set: loop}}
	type to = map[string]int
	lit := func(context.Context) error { return nil }
	of := func(ts ...tasks.Task) *tasks.UserClass { return fixed(tasks.TaskSet{Tasks: ts}) }
	const at = `tasks: user class "Visitor": `
	for want, classes := range map[string][]*tasks.UserClass{
		"tasks: user class 2: is nil":                                           {of(tasks.Task{Run: nothing}), nil},
		"tasks: user class 1: has no name":                                      {{New: func(*tasks.User) tasks.TaskSet { return goodSet() }}},
		at + "is not the only one of that name":                                 {fixed(goodSet()), fixed(goodSet())},
		at + "New is nil":                                                       {{Name: "Visitor"}},
		at + "negative weight -1":                                               {{Name: "Visitor", Weight: -1}},
		at + "negative fixed count -2":                                          {{Name: "Visitor", FixedCount: -2}},
		at + "New: panic: no data":                                              {class(func(*tasks.User) tasks.TaskSet { panic("no data") })},
		at + "has no tasks":                                                     {of()},
		at + `task 1 "x": neither Run nor Set is set`:                           {of(tasks.Task{Name: "x"})},
		at + `task 1 "x": both Run and Set are set`:                             {of(tasks.Task{Name: "x", Run: nothing, Set: &tasks.TaskSet{Tasks: []tasks.Task{{Run: nothing}}}})},
		at + `task 2 "x": negative weight -3`:                                   {of(tasks.Task{Run: nothing}, tasks.Task{Name: "x", Run: nothing, Weight: -3})},
		at + `task 1 "x": weight 2147483648 is more than`:                       {of(tasks.Task{Name: "x", Run: nothing, Weight: 1 << 31})},
		at + `task 1 "": has no name`:                                           {of(tasks.Task{Run: lit})},
		at + `task set "": task 1 "": has no name`:                              {of(tasks.Task{Set: &tasks.TaskSet{Tasks: []tasks.Task{{Run: lit}}}})},
		at + `task set "a": task set "b": has no tasks`:                         {of(tasks.Task{Name: "a", Set: &tasks.TaskSet{Tasks: []tasks.Task{{Name: "b", Set: &tasks.TaskSet{}}}}})},
		at + `task set "loop": task set "loop": contains itself`:                {class(func(*tasks.User) tasks.TaskSet { return *loop })},
		at + `task 1 "x": transition to "y", which is no task of its set`:       {of(tasks.Task{Name: "x", Run: nothing, Transitions: to{"y": 1}})},
		at + `task 1 "x": transitions lead nowhere`:                             {of(tasks.Task{Name: "x", Run: nothing, Transitions: to{"x": 0}})},
		at + `task 1 "x": negative weight of the transition to "x" -1`:          {of(tasks.Task{Name: "x", Run: nothing, Transitions: to{"x": -1}})},
		at + `task 2 "nothing": has no transitions, but other tasks of its set`: {of(tasks.Task{Name: "x", Run: nothing, Transitions: to{"x": 1}}, tasks.Task{Run: nothing})},
		at + `two tasks with the name "x"`:                                      {of(tasks.Task{Name: "x", Run: nothing, Transitions: to{"x": 1}}, tasks.Task{Name: "x", Run: nothing, Transitions: to{"x": 1}})},
		at + "is sequential and has transitions":                                {fixed(tasks.TaskSet{Sequential: true, Tasks: []tasks.Task{{Name: "x", Run: nothing, Transitions: to{"x": 1}}}})},
		at + `task set "a": wait time: tasks: Constant(3ns)`:                    {of(tasks.Task{Name: "a", Set: &tasks.TaskSet{WaitTime: tasks.Constant(3), Tasks: []tasks.Task{{Run: nothing}}}})},
		at + "wait time: panic: oh":                                             {{Name: "Visitor", WaitTime: func(tasks.Iteration) time.Time { panic("oh") }, New: func(*tasks.User) tasks.TaskSet { return goodSet() }}},
	} {
		err := tasks.Validate(classes...)
		if err == nil || !strings.Contains("\n"+err.Error(), "\n"+want) {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

func TestValidateJoinsMistakes(t *testing.T) {
	err := tasks.Validate(nil, &tasks.UserClass{Name: "100%s", Weight: -1, New: func(*tasks.User) tasks.TaskSet {
		return tasks.TaskSet{Tasks: []tasks.Task{{}, {Name: "x", Weight: -1, Run: nothing}}}
	}}, nil)
	want := `tasks: user class 1: is nil
tasks: user class "100%s": negative weight -1
tasks: user class "100%s": task 1 "": neither Run nor Set is set
tasks: user class "100%s": task 1 "": has no name, which a function literal and a task set need
tasks: user class "100%s": task 2 "x": negative weight -1
tasks: user class 3: is nil`
	if got := fmt.Sprint(err); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// The name of a task is that of its method or function.
func TestTaskNames(t *testing.T) {
	j := &journal{}
	v := &visitor{}
	fixed(tasks.TaskSet{Sequential: true, Tasks: []tasks.Task{
		{Run: v.browse}, {Run: fails}, {Run: genericFails[int]}, {Name: "named", Run: fails}, {Name: "end", Run: func(context.Context) error { return tasks.StopUser }},
	}}).Run(t.Context(), j.driver())
	j.expect(t, "", "browse: panic: runtime error: index out of range [0] with length 0; fails: bug; genericFails: bug; named: bug")
}

func fails(context.Context) error { return errBug }

func genericFails[T any](context.Context) error { return errBug }
