// Command differential is the worker that the integration tests compare with Locust's own:
// its user classes do exactly what those of the files in testdata/differential do.
package main

import (
	"context"
	"time"

	"github.com/hopperband/hopperband/tasks"
	"github.com/hopperband/hopperband/worker"
)

// A user runs its task so many times, this long apart, and then waits for its stop, which
// takes a while.
const (
	rounds  = 3
	between = 20 * time.Millisecond
	forever = time.Hour
	leaving = 100 * time.Millisecond
)

func main() {
	cfg := worker.Config{OnMessage: messages()}
	cfg.Main(
		&tasks.UserClass{Name: "Messenger", Weight: 1, New: newMessenger},
		&tasks.UserClass{Name: "Reader", Weight: 2, New: newReader},

		&tasks.UserClass{Name: "Tagged", FixedCount: 2, New: newTagged},
		&tasks.UserClass{Name: "Thrower", FixedCount: 1, New: newThrower},
		&tasks.UserClass{Name: "Refused", FixedCount: 1, New: newRefused},
		&tasks.UserClass{Name: "Rest", New: once("rest")},
		&tasks.UserClass{Name: "Few", New: once("few")},
		&tasks.UserClass{Name: "Quick", New: once("quick")},
		&tasks.UserClass{Name: "Many", New: once("many")},
		&tasks.UserClass{Name: "Sleeper", New: sleeps(15 * time.Second)},
		&tasks.UserClass{Name: "Napper", New: sleeps(4 * time.Second)},
		&tasks.UserClass{Name: "Early", New: newEarly},
		&tasks.UserClass{Name: "Edited", Host: "http://plain.example", New: newEdited},
		&tasks.UserClass{Name: "Talker", New: newTalker},
	)
}

// A plan counts the rounds of one user.
type plan struct {
	user *tasks.User
	done int
}

func (p *plan) wait(it tasks.Iteration) time.Time {
	if p.done < rounds {
		return it.Ended.Add(between)
	}
	return it.Ended.Add(forever)
}

func (p *plan) leave(ctx context.Context) error {
	select {
	case <-time.After(leaving):
		return p.user.Record(ctx, tasks.Request{Method: "MSG", Name: "left", Duration: leaving, Length: 1})
	case <-ctx.Done():
		return ctx.Err()
	}
}

// say records a request of that name.
func (p *plan) say(ctx context.Context, name string) error {
	return p.user.Record(ctx, tasks.Request{Method: "MSG", Name: name, Duration: 5 * time.Millisecond, Length: 1})
}

// task is one that says its name.
func (p *plan) task(name string, tags ...string) tasks.Task {
	return tasks.Task{Name: name, Tags: tags, Run: func(ctx context.Context) error { return p.say(ctx, name) }}
}

// last is a task after which the user waits for its stop.
func (p *plan) last(name string) tasks.Task {
	return tasks.Task{Name: name, Tags: []string{"red"}, Run: func(ctx context.Context) error {
		p.done = rounds
		return p.say(ctx, name)
	}}
}

// once makes users that say one word.
func once(name string) func(*tasks.User) tasks.TaskSet {
	return func(u *tasks.User) tasks.TaskSet {
		p := &plan{user: u}
		return tasks.TaskSet{OnStop: p.leave, WaitTime: p.wait, Tasks: []tasks.Task{p.last(name)}}
	}
}
