package tasks_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// StopTest ends its user from wherever it comes, once, and is no exception.
func TestStopTest(t *testing.T) {
	enough := fmt.Errorf("enough: %w", tasks.StopTest)
	returns := func(err error) func(context.Context) error {
		return func(context.Context) error { return err }
	}
	never := tasks.Task{Name: "never", Run: returns(errors.New("the user goes on"))}
	one := func(t tasks.Task) func(*tasks.User) tasks.TaskSet {
		return func(*tasks.User) tasks.TaskSet {
			return tasks.TaskSet{Sequential: true, Tasks: []tasks.Task{t, never}}
		}
	}
	nested := func(ts tasks.TaskSet) func(*tasks.User) tasks.TaskSet {
		ts.Tasks = append(ts.Tasks, never)
		ts.Sequential = true
		return one(tasks.Task{Name: "set", Set: &ts})
	}
	for name, tt := range map[string]struct {
		build            func(*tasks.User) tasks.TaskSet
		task, exceptions string
	}{
		"task":           {one(tasks.Task{Name: "t", Run: returns(tasks.StopTest)}), "t", "[]"},
		"wrapped":        {one(tasks.Task{Name: "t", Run: returns(enough)}), "t", "[]"},
		"with a mistake": {one(tasks.Task{Name: "t", Run: returns(errors.Join(errors.New("oops"), enough))}), "t", "[t: oops]"},
		"measured": {func(u *tasks.User) tasks.TaskSet {
			return one(tasks.Task{Name: "t", Run: func(ctx context.Context) error {
				return u.Measure(ctx, "X", "x", returns(enough))
			}})(u)
		}, "t", "[]"},
		"nested task":    {nested(tasks.TaskSet{Tasks: []tasks.Task{{Name: "inner", Run: returns(enough)}}}), "inner", "[]"},
		"nested OnStart": {nested(tasks.TaskSet{OnStart: returns(enough)}), "set", "[]"},
		"OnStart": {func(*tasks.User) tasks.TaskSet {
			return tasks.TaskSet{OnStart: returns(enough), Tasks: []tasks.Task{never}}
		}, "OnStart", "[]"},
		"OnStop": {func(*tasks.User) tasks.TaskSet {
			return tasks.TaskSet{OnStop: returns(enough), Tasks: []tasks.Task{{Name: "t", Run: returns(tasks.StopUser)}}}
		}, "OnStop", "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			j := &journal{}
			var stops []string
			class(tt.build).Run(t.Context(), tasks.Driver{Recorder: j, OnError: j.exception, OnStopTest: func(task string, err error) {
				if !errors.Is(err, tasks.StopTest) {
					t.Errorf("called with %v", err)
				}
				stops = append(stops, task)
			}})
			if got := fmt.Sprint(stops); got != "["+tt.task+"]" {
				t.Errorf("stopped by %s, want %s", got, tt.task)
			}
			if got := fmt.Sprint(j.exceptions); got != tt.exceptions {
				t.Errorf("exceptions %s, want %s", got, tt.exceptions)
			}
		})
	}
}
