package main

import (
	"context"
	"errors"

	"github.com/hopperband/hopperband/tasks"
)

// A reader speaks HTTP: right answers, one of a wrong status, and one that its check refuses.
type reader struct {
	*tasks.HTTP
	plan
}

func newReader(u *tasks.User) tasks.TaskSet {
	r := &reader{HTTP: tasks.NewHTTP(u), plan: plan{user: u}}
	return tasks.TaskSet{OnStart: r.login, OnStop: r.leave, Tasks: []tasks.Task{{Run: r.read}}, WaitTime: r.wait}
}

func (r *reader) login(ctx context.Context) error {
	return r.Post(ctx, "/login", tasks.JSON(map[string]string{"user": "grace"})).Err
}

func (r *reader) read(ctx context.Context) error {
	r.done++
	r.Get(ctx, "/items")
	r.Get(ctx, "/items/none")
	r.Get(ctx, "/items/1", tasks.Named("/items/[id]"), tasks.Check(tooFew))
	return r.Get(ctx, "/cart").Err
}

func tooFew(*tasks.Response) error { return errors.New("too few items") }
