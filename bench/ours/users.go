package main

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// A getter gets the start page.
type getter struct{ *tasks.HTTP }

func newGetter(u *tasks.User) tasks.TaskSet {
	g := &getter{tasks.NewHTTP(u)}
	return tasks.TaskSet{Tasks: []tasks.Task{{Run: g.get}}}
}

func (g *getter) get(ctx context.Context) error { return g.Get(ctx, "/").Err }

// The recorders count what they record, since no target does.
type recorders struct{ recorded atomic.Int64 }

func (r *recorders) newRecorder(u *tasks.User) tasks.TaskSet {
	return tasks.TaskSet{Tasks: []tasks.Task{{Name: "record", Run: func(ctx context.Context) error {
		r.recorded.Add(1)
		return u.Record(ctx, tasks.Request{Method: "NONE", Name: "nothing", Duration: time.Millisecond, Length: 1})
	}}}}
}

func (r *recorders) count(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintf(w, `{"requests": %d}`, r.recorded.Load())
}

func newIdler(*tasks.User) tasks.TaskSet {
	return tasks.TaskSet{Tasks: []tasks.Task{{Name: "idle", Run: func(context.Context) error { return nil }}}}
}
