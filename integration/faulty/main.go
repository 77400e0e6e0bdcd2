// Command faulty is a worker for the tests of faults. Its users send one request of 2.5 s
// after another. FAULTY_MISTAKE in its environment spoils their declaration: twins,
// no-tasks, weight or wait.
package main

import (
	"context"
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
	return tasks.TaskSet{Tasks: []tasks.Task{
		{Name: "wait", Run: func(ctx context.Context) error { return c.Get(ctx, "/slow?ms=2500").Err }},
	}}
}
