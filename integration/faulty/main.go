// Command faulty is a worker for the tests of faults. Its users send one request of 2.5 s
// after another; FAULTY_REQUEST in its environment is another duration. FAULTY_MISTAKE
// spoils their declaration: twins, no-tasks, weight or wait.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/hopperband/hopperband/tasks"
	"github.com/hopperband/hopperband/worker"
)

func main() { worker.Main(classes(os.Getenv("FAULTY_MISTAKE"))...) }

func classes(mistake string) []*tasks.UserClass {
	slow := &tasks.UserClass{Name: "Slow", WaitTime: tasks.Constant(0), New: newSlow}
	switch mistake {
	case "twins":
		return []*tasks.UserClass{slow, {Name: "Slow", New: newSlow}}
	case "no-tasks":
		slow.New = func(*tasks.User) tasks.TaskSet { return tasks.TaskSet{} }
	case "weight":
		slow.Weight = -7
	case "wait":
		slow.WaitTime = tasks.Between(3*time.Second, time.Second)
	}
	return []*tasks.UserClass{slow}
}

func newSlow(u *tasks.User) tasks.TaskSet {
	c := tasks.NewHTTP(u)
	path := fmt.Sprint("/slow?ms=", request().Milliseconds())
	return tasks.TaskSet{Tasks: []tasks.Task{
		{Name: "wait", Run: func(ctx context.Context) error { return c.Get(ctx, path, tasks.Named("/slow")).Err }},
	}}
}

// request is how long a request takes.
func request() time.Duration {
	if d, err := time.ParseDuration(os.Getenv("FAULTY_REQUEST")); err == nil {
		return d
	}
	return 2500 * time.Millisecond
}
