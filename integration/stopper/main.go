// Command stopper is the worker of the integration test of StopTest: its user class does
// what that of testdata/stoptest.py does.
package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/hopperband/hopperband/tasks"
	"github.com/hopperband/hopperband/worker"
)

func main() {
	var born atomic.Int64
	worker.Main(&tasks.UserClass{Name: "Walker", WaitTime: tasks.Constant(200 * time.Millisecond), New: func(u *tasks.User) tasks.TaskSet {
		return tasks.TaskSet{
			OnStart: func(context.Context) error {
				if born.Add(1)%3 == 0 {
					return fmt.Errorf("tired: %w", tasks.StopTest)
				}
				return nil
			},
			Tasks: []tasks.Task{{Name: "walk", Run: func(ctx context.Context) error {
				return u.Record(ctx, tasks.Request{Method: "WALK", Name: "step", Duration: time.Millisecond})
			}}},
		}
	}})
}
