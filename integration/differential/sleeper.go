package main

import (
	"context"
	"fmt"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

const spawned = 4 * time.Second

// sleeps makes users whose one task takes so long.
func sleeps(nap time.Duration) func(*tasks.User) tasks.TaskSet {
	return func(u *tasks.User) tasks.TaskSet {
		p := &plan{user: u}
		sleep := func(ctx context.Context) error {
			p.done = rounds
			_ = p.say(ctx, "begun") // no failure
			return p.after(ctx, nap, "slept")
		}
		return tasks.TaskSet{OnStop: p.leave, WaitTime: p.wait, Tasks: []tasks.Task{{Name: "sleep", Run: sleep}}}
	}
}

// newEarly makes users that say a word before all users are there, and one after that.
func newEarly(u *tasks.User) tasks.TaskSet {
	p := &plan{user: u}
	early := func(ctx context.Context) error { return p.say(ctx, "early") }
	late := func(ctx context.Context) error {
		p.done = rounds
		return p.after(ctx, spawned, "late")
	}
	return tasks.TaskSet{OnStart: early, OnStop: p.leave, WaitTime: p.wait, Tasks: []tasks.Task{{Name: "late", Run: late}}}
}

// after says a word after a time that only a forced stop ends.
func (p *plan) after(ctx context.Context, d time.Duration, name string) error {
	select {
	case <-time.After(d):
		return p.say(ctx, name)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// newEdited makes users that say what has been edited.
func newEdited(u *tasks.User) tasks.TaskSet {
	p := &plan{user: u}
	say := func(name string) func(context.Context) error {
		return func(ctx context.Context) error {
			p.done++
			return p.say(ctx, fmt.Sprint(name, " ", u.Options.String("greeting", "none"), " ", u.Host))
		}
	}
	return tasks.TaskSet{OnStop: p.leave, WaitTime: p.wait, Tasks: []tasks.Task{
		{Name: "one", Run: say("one")}, {Name: "two", Run: say("two")},
	}}
}
