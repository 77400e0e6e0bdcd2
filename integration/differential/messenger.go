package main

import (
	"context"
	"errors"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// A messenger records what it has measured elsewhere: a time, no time, and a failure. Then
// its task fails by itself.
type messenger struct{ plan }

func newMessenger(u *tasks.User) tasks.TaskSet {
	m := &messenger{plan{user: u}}
	return tasks.TaskSet{OnStop: m.leave, Tasks: []tasks.Task{{Run: m.message}}, WaitTime: m.wait}
}

func (m *messenger) message(ctx context.Context) error {
	m.done++
	took := time.Duration(m.done) * 12500 * time.Microsecond
	requests := []tasks.Request{
		{Method: "MSG", Name: "sent", Duration: took, Length: 10},
		{Method: "MSG", Name: "posted", Duration: tasks.NoResponseTime, Length: 7},
		{Method: "MSG", Name: "refused", Duration: 995 * time.Millisecond, Length: 3, Err: errors.New("no room")},
	}
	for _, r := range requests {
		_ = m.user.Record(ctx, r) // the error of a failed request, which the task survives
	}
	return errors.New("bad luck")
}
