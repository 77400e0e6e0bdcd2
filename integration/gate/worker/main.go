// Command worker has user classes for tests of the gate.
package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hopperband/hopperband/tasks"
	"github.com/hopperband/hopperband/worker"
)

func main() {
	worker.Main(
		// Steady asks for a page four times a second, as long as that takes less than 250 ms.
		&tasks.UserClass{Name: "Steady", Weight: 1, WaitTime: tasks.ConstantThroughput(4), New: newSteady},
		// Patient asks for a page once a second, as long as that takes less.
		&tasks.UserClass{Name: "Patient", Weight: 1, WaitTime: tasks.ConstantThroughput(1), New: newSteady},
		// Exact records what the target says that it took, to compare to the digit.
		&tasks.UserClass{Name: "Exact", Weight: 1, WaitTime: tasks.ConstantThroughput(10), New: newExact},
		// Idle sends nothing.
		&tasks.UserClass{Name: "Idle", Weight: 1, WaitTime: tasks.Constant(time.Second), New: newIdle},
		// Quitter ends before its first task.
		&tasks.UserClass{Name: "Quitter", Weight: 1, New: newQuitter},
		// Hungry wants more CPU than there is.
		&tasks.UserClass{Name: "Hungry", Weight: 1, WaitTime: tasks.ConstantThroughput(50), New: newHungry},
	)
}

func newSteady(u *tasks.User) tasks.TaskSet {
	c := tasks.NewHTTP(u)
	home := func(ctx context.Context) error { return c.Get(ctx, "/").Err }
	item := func(ctx context.Context) error { return c.Get(ctx, "/items/7", tasks.Named("/items/[id]")).Err }
	return tasks.TaskSet{Tasks: []tasks.Task{
		{Name: "home", Weight: 3, Run: home},
		{Name: "item", Tags: []string{"item"}, Run: item},
	}}
}

func newExact(u *tasks.User) tasks.TaskSet {
	c := tasks.NewHTTP(u)
	return tasks.TaskSet{Tasks: []tasks.Task{{Name: "exact", Run: func(ctx context.Context) error {
		resp := c.Get(ctx, "/items/7", tasks.Named("asked"))
		if resp.Err != nil {
			return resp.Err
		}
		took, err := served(resp.Header().Get("Server-Timing"))
		if err != nil {
			return err
		}
		return u.Record(ctx, tasks.Request{Method: "GET", Name: "served", Start: time.Now(), Duration: took})
	}}}}
}

// served reads a header such as "total;dur=20.000123", milliseconds.
func served(timing string) (time.Duration, error) {
	_, text, _ := strings.Cut(timing, "dur=")
	ms, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Errorf("Server-Timing %q: %w", timing, err)
	}
	return time.Duration(ms * float64(time.Millisecond)), nil
}

func newIdle(*tasks.User) tasks.TaskSet {
	return tasks.TaskSet{Tasks: []tasks.Task{{Name: "nothing", Run: func(context.Context) error { return nil }}}}
}

func newQuitter(u *tasks.User) tasks.TaskSet {
	set := newSteady(u)
	set.OnStart = func(context.Context) error { return tasks.StopUser }
	return set
}

func newHungry(u *tasks.User) tasks.TaskSet {
	c := tasks.NewHTTP(u)
	return tasks.TaskSet{Tasks: []tasks.Task{{Name: "burn", Run: func(ctx context.Context) error {
		for end := time.Now().Add(20 * time.Millisecond); time.Now().Before(end); {
			continue
		}
		return c.Get(ctx, "/").Err
	}}}}
}
