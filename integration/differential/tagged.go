package main

import (
	"context"
	"errors"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

func newTagged(u *tasks.User) tasks.TaskSet {
	p := &plan{user: u}
	inner := &tasks.TaskSet{Sequential: true, Tasks: []tasks.Task{p.task("deep"), p.task("deepblue", "blue"), out()}}
	return tasks.TaskSet{Sequential: true, OnStop: p.leave, WaitTime: p.wait, Tasks: []tasks.Task{
		p.task("plain"), p.task("red", "red"), p.task("blue", "blue"), p.task("both", "red", "blue"),
		{Name: "inner", Tags: []string{"red"}, Set: inner},
		p.last("last"),
	}}
}

// out leaves a nested set.
func out() tasks.Task {
	return tasks.Task{Name: "out", Run: func(context.Context) error { return tasks.InterruptTaskSet }}
}

func newThrower(u *tasks.User) tasks.TaskSet {
	p := &plan{user: u}
	inner := &tasks.TaskSet{Sequential: true, Tasks: []tasks.Task{{Name: "second", Run: throw("the second")}, out()}}
	return tasks.TaskSet{Sequential: true, OnStop: p.leave, WaitTime: p.wait, Tasks: []tasks.Task{
		{Name: "first", Weight: 3, Tags: []string{"red"}, Run: throw("the first")},
		{Name: "inner", Tags: []string{"red"}, Set: inner},
		p.last("last"),
	}}
}

func throw(text string) func(context.Context) error {
	return func(context.Context) error { return errors.New(text) }
}

// waiting is so long that all users are counted before one of them ends.
const waiting = 4 * time.Second

// newRefused makes a user that cannot start.
func newRefused(u *tasks.User) tasks.TaskSet {
	p := &plan{user: u}
	refuse := func(ctx context.Context) error {
		_ = tasks.Sleep(ctx, waiting) // to the end of the wait or the user's
		return errors.New("no entry")
	}
	return tasks.TaskSet{OnStart: refuse, OnStop: p.leave, WaitTime: p.wait, Tasks: []tasks.Task{p.last("never")}}
}
