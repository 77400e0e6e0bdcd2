// Command stackworker is the worker of the stack's test: its users show everything that a
// dashboard can show. They request what the target has, keep a schedule and miss it, and
// make exceptions.
package main

import (
	"context"
	"errors"
	"time"

	"github.com/hopperband/hopperband/tasks"
	"github.com/hopperband/hopperband/worker"
)

func main() {
	worker.Main(
		&tasks.UserClass{Name: "Shopper", Weight: 3, WaitTime: tasks.Between(100*time.Millisecond, 300*time.Millisecond), New: newShopper},
		&tasks.UserClass{Name: "Clockwork", Weight: 1, WaitTime: tasks.ConstantThroughput(4), New: newClockwork},
	)
}

// patience outlasts the silence of the target.
const patience = 5 * time.Minute

type shopper struct{ *tasks.HTTP }

func newShopper(u *tasks.User) tasks.TaskSet {
	s := &shopper{tasks.NewHTTP(u, tasks.Timeout(patience))}
	return tasks.TaskSet{Tasks: []tasks.Task{{Run: s.browse, Weight: 9}, {Run: s.stumble}}}
}

func (s *shopper) browse(ctx context.Context) error {
	s.Get(ctx, "/items")
	return s.Get(ctx, "/items/42", tasks.Named("/items/[id]")).Err
}

func (*shopper) stumble(context.Context) error { return errors.New("a mistake in the user's code") }

type clockwork struct{ *tasks.HTTP }

func newClockwork(u *tasks.User) tasks.TaskSet {
	c := &clockwork{tasks.NewHTTP(u, tasks.Timeout(patience))}
	return tasks.TaskSet{Tasks: []tasks.Task{{Run: c.tick}}}
}

func (c *clockwork) tick(ctx context.Context) error {
	return c.Get(ctx, "/slow?ms=20", tasks.Named("/slow")).Err
}
