// Command differential is the worker that the integration tests compare with Locust's own:
// its user classes do exactly what those of testdata/differential/plan.py do.
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
	worker.Main(
		&tasks.UserClass{Name: "Messenger", Weight: 1, New: newMessenger},
		&tasks.UserClass{Name: "Reader", Weight: 2, New: newReader},
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
