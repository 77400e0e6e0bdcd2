package tasks_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// A journal writes down what becomes of a user.
type journal struct {
	mu         sync.Mutex
	entries    []string // "METHOD name"
	samples    []tasks.Sample
	lines      []string // of samples and interrupted requests, in order
	exceptions []string
	panics     []*tasks.PanicError
}

func (j *journal) Entry(method, name string) tasks.Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	key := method + " " + name
	i := slices.Index(j.entries, key)
	if i < 0 {
		i = len(j.entries)
		j.entries = append(j.entries, key)
	}
	return tasks.Entry(i)
}

func (j *journal) Record(e tasks.Entry, s tasks.Sample) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.samples = append(j.samples, s)
	if s.Err == nil {
		j.lines = append(j.lines, fmt.Sprintf("%s ok", j.entries[e]))
	} else {
		j.lines = append(j.lines, fmt.Sprintf("%s failed: %v", j.entries[e], s.Err))
	}
}

func (j *journal) Interrupt(e tasks.Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, fmt.Sprintf("%s interrupted", j.entries[e]))
}

// exception is a Driver's OnError.
func (j *journal) exception(task string, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.exceptions = append(j.exceptions, fmt.Sprintf("%s: %v", task, err))
	if p, ok := errors.AsType[*tasks.PanicError](err); ok {
		j.panics = append(j.panics, p)
	}
}

// add is for what the user code of a test has to say.
func (j *journal) add(line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, line)
}

// says is a task that adds a line and returns err.
func (j *journal) says(line string, err error) func(context.Context) error {
	return func(context.Context) error { j.add(line); return err }
}

func (j *journal) driver() tasks.Driver {
	return tasks.Driver{Recorder: j, OnError: j.exception}
}

// expect compares the lines and the exceptions, each parted by "; ".
func (j *journal) expect(t *testing.T, lines, exceptions string) {
	t.Helper()
	j.mu.Lock()
	defer j.mu.Unlock()
	if got := strings.Join(j.lines, "; "); got != lines {
		t.Errorf("journal:\n got %q\nwant %q", got, lines)
	}
	if got := strings.Join(j.exceptions, "; "); got != exceptions {
		t.Errorf("exceptions:\n got %q\nwant %q", got, exceptions)
	}
}

// class returns a user class with one set, which may use the user.
func class(build func(*tasks.User) tasks.TaskSet) *tasks.UserClass {
	return &tasks.UserClass{Name: "Visitor", New: build}
}

// fixed returns a user class that has the same set for all users.
func fixed(ts tasks.TaskSet) *tasks.UserClass {
	return class(func(*tasks.User) tasks.TaskSet { return ts })
}

// once runs one user that calls task once.
func once(ctx context.Context, d tasks.Driver, task func(context.Context, *tasks.User) error) {
	class(func(u *tasks.User) tasks.TaskSet {
		return tasks.TaskSet{Sequential: true, Tasks: []tasks.Task{
			{Name: "once", Run: func(ctx context.Context) error { return task(ctx, u) }},
			{Name: "end", Run: func(context.Context) error { return tasks.StopUser }},
		}}
	}).Run(ctx, d)
}
