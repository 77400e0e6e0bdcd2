// Command headless is the program of the integration test of runs without a master: its
// user classes do what those of testdata/headless.py do.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/hopperband/hopperband/tasks"
	"github.com/hopperband/hopperband/worker"
)

func main() {
	worker.Main(
		&tasks.UserClass{Name: "Fixed", Weight: 2, WaitTime: tasks.Constant(time.Hour), New: newFixed},
		&tasks.UserClass{Name: "Other", WaitTime: tasks.Constant(time.Hour), New: newOther},
		&tasks.UserClass{Name: "Steady", FixedCount: 2, WaitTime: tasks.Constant(100 * time.Millisecond), New: newSteady},
	)
}

func milliseconds(n float64) time.Duration { return time.Duration(n * float64(time.Millisecond)) }

// newFixed has a task that records requests of every kind, and fails.
func newFixed(u *tasks.User) tasks.TaskSet {
	return tasks.TaskSet{Tasks: []tasks.Task{{Name: "go", Run: func(ctx context.Context) error {
		for i := range 10 {
			_ = u.Record(ctx, tasks.Request{Method: "GET", Name: "/a", Duration: milliseconds(10*float64(i+1) + 0.5), Length: 100})
		}
		_ = u.Record(ctx, tasks.Request{Method: "GET", Name: "/b", Duration: 0, Length: 7, Err: errors.New(`boom, "q"`)})
		_ = u.Record(ctx, tasks.Request{Method: "GET", Name: "/b", Duration: milliseconds(1234.5), Length: 7, Err: errors.New("it's plain")})
		_ = u.Record(ctx, tasks.Request{Method: "X", Name: "/nö", Duration: tasks.NoResponseTime})
		return errors.New("bad, \"very\" bad")
	}}}}
}

func newOther(u *tasks.User) tasks.TaskSet {
	return tasks.TaskSet{Tasks: []tasks.Task{{Name: "go", Run: func(ctx context.Context) error {
		_ = u.Record(ctx, tasks.Request{Method: "POST", Name: "/z", Duration: milliseconds(12.25), Length: 3})
		return u.Record(ctx, tasks.Request{Method: "POST", Name: "/z", Duration: milliseconds(58760), Length: 3})
	}}}}
}

// newSteady goes on until it is stopped, and says that it has begun.
func newSteady(u *tasks.User) tasks.TaskSet {
	said := false
	return tasks.TaskSet{Tasks: []tasks.Task{{Name: "go", Run: func(ctx context.Context) error {
		err := u.Record(ctx, tasks.Request{Method: "GET", Name: "/steady", Duration: time.Millisecond})
		if !said {
			said = true
			fmt.Fprintln(os.Stderr, "a request was recorded")
		}
		return err
	}}}}
}
