package main

import (
	"context"
	"time"

	"github.com/hopperband/hopperband/tasks"
	"github.com/hopperband/hopperband/worker"
)

const patience = time.Second

// messages are the functions for the master's custom messages.
func messages() map[string]func(context.Context, *worker.Message) {
	return map[string]func(context.Context, *worker.Message){
		"question": func(_ context.Context, m *worker.Message) { reply(m, "answer") },
		"trouble":  func(context.Context, *worker.Message) { panic("trouble") },
		"patience": worker.Concurrent(func(ctx context.Context, m *worker.Message) {
			select {
			case <-time.After(patience):
				reply(m, "patient")
			case <-ctx.Done():
			}
		}),
	}
}

func reply(m *worker.Message, messageType string) {
	if err := m.Reply(messageType, m.Data); err != nil {
		panic(err) // is in the log, and the test misses the answer
	}
}

// newTalker makes users that send a message of their own.
func newTalker(u *tasks.User) tasks.TaskSet {
	p := &plan{user: u}
	greet := func(ctx context.Context) error {
		p.done = rounds
		if err := u.Send("greeting", map[string]any{"from": []any{"a", "user"}}); err != nil {
			return err
		}
		return p.say(ctx, "greeted")
	}
	return tasks.TaskSet{OnStop: p.leave, WaitTime: p.wait, Tasks: []tasks.Task{{Name: "greet", Run: greet}}}
}
