// Command visitor is the worker of the test that a real browser does: what its user does
// shows on every tab of the master's web UI.
package main

import (
	"context"
	"errors"
	"time"

	"github.com/hopperband/hopperband/tasks"
	"github.com/hopperband/hopperband/worker"
)

func main() {
	worker.Main(&tasks.UserClass{Name: "Visitor", WaitTime: tasks.Between(50*time.Millisecond, 150*time.Millisecond), New: newVisitor})
}

// A visitor looks at items of the colour that the start form asks for.
type visitor struct {
	*tasks.HTTP
	colour string
}

func newVisitor(u *tasks.User) tasks.TaskSet {
	v := &visitor{HTTP: tasks.NewHTTP(u), colour: u.Options.String("colour", "no colour")}
	shop := []string{"shop"}
	return tasks.TaskSet{Tasks: []tasks.Task{
		{Run: v.look, Weight: 6, Tags: shop},
		{Run: v.fail, Weight: 2, Tags: shop},
		{Run: v.stumble, Tags: shop},
		{Run: v.leave, Tags: []string{"till"}},
	}}
}

func (v *visitor) look(ctx context.Context) error {
	return v.Get(ctx, "/items", tasks.Named("/items in "+v.colour)).Err
}

func (v *visitor) fail(ctx context.Context) error { return v.Get(ctx, "/fail").Err }

func (v *visitor) stumble(context.Context) error { return errors.New("the stairs are wet") }

func (v *visitor) leave(ctx context.Context) error { return v.Get(ctx, "/").Err }
