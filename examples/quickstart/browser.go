package main

import (
	"context"

	"github.com/hopperband/hopperband/tasks"
)

// newBrowser is a user class without state: its tasks can be plain functions.
func newBrowser(u *tasks.User) tasks.TaskSet {
	c := tasks.NewHTTP(u)
	return tasks.TaskSet{Tasks: []tasks.Task{
		{Name: "home", Weight: 5, Run: func(ctx context.Context) error { return c.Get(ctx, "/").Err }},
		{Name: "slow", Run: func(ctx context.Context) error { return c.Get(ctx, "/slow?ms=20", tasks.Named("/slow")).Err }},
	}}
}
