package tasks_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// Each task that the tags leave runs once, in the order of the lists, nested sets too, and
// wait times and weights mean nothing.
func TestOnce(t *testing.T) {
	for _, tt := range []struct{ tags, exclude, want string }{
		{"", "", "start, first, second, set, enter, inner, leaver, exit, sets, deep, bottom, last, stop"},
		{"slow", "", "start, second, stop"},
		{"", "slow nested", "start, first, sets, deep, bottom, last, stop"},
		{"none", "none", ""},
	} {
		var ran []string
		says := func(name string, err error) func(context.Context) error {
			return func(context.Context) error { ran = append(ran, name); return err }
		}
		nothing := func(err error) func(context.Context) error { return func(context.Context) error { return err } }
		c := &tasks.UserClass{Name: "Visitor", WaitTime: tasks.Constant(time.Hour), New: func(*tasks.User) tasks.TaskSet {
			return tasks.TaskSet{OnStart: says("start", nil), OnStop: says("stop", nil), WaitTime: tasks.Constant(time.Hour), Tasks: []tasks.Task{
				{Name: "first", Weight: 9, Run: nothing(errors.New("bad"))},
				{Name: "second", Tags: []string{"slow"}, Run: nothing(nil)},
				{Name: "set", Tags: []string{"nested"}, Set: &tasks.TaskSet{OnStart: says("enter", nil), OnStop: says("exit", nil), Tasks: []tasks.Task{
					{Name: "inner", Run: nothing(nil)},
					{Name: "leaver", Run: nothing(tasks.InterruptTaskSet)},
					{Name: "never", Run: nothing(nil)},
				}}},
				{Name: "sets", Set: &tasks.TaskSet{Tasks: []tasks.Task{
					{Name: "deep", Set: &tasks.TaskSet{Sequential: true, Tasks: []tasks.Task{{Name: "bottom", Weight: 3, Run: nothing(nil)}}}},
				}}},
				{Name: "last", Run: nothing(nil)},
			}}
		}}
		ctx, cancel := context.WithCancel(t.Context())
		if tt.want == "" {
			cancel() // without tasks the user would wait for its end
		}
		j := &journal{}
		d := j.driver()
		d.Tags, d.ExcludeTags = strings.Fields(tt.tags), strings.Fields(tt.exclude)
		d.Once = func(task string) { ran = append(ran, task) }
		c.Run(ctx, d)
		cancel()
		if got := strings.Join(ran, ", "); got != tt.want {
			t.Errorf("tags %q, without %q: %s, want %s", tt.tags, tt.exclude, got, tt.want)
		}
		if want := slices.Contains(ran, "first"); want != slices.Contains(j.exceptions, "first: bad") {
			t.Errorf("exceptions %q", j.exceptions)
		}
	}
}

// A task that ends the user ends the try.
func TestOnceStopUser(t *testing.T) {
	var ran []string
	fixed(tasks.TaskSet{Tasks: []tasks.Task{
		{Name: "set", Set: &tasks.TaskSet{Tasks: []tasks.Task{{Name: "a", Run: func(context.Context) error { return tasks.StopUser }}}}},
		{Name: "b", Run: func(context.Context) error { return nil }},
	}}).Run(t.Context(), tasks.Driver{Once: func(task string) { ran = append(ran, task) }})
	if fmt.Sprint(ran) != "[set a]" {
		t.Errorf("ran %v", ran)
	}
}

// OnRequest sees the answer of an HTTP request, and of no other.
func TestOnRequestResponse(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Kind", "tea")
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprint(w, "short and stout")
	}))
	defer server.Close()
	var got []string
	c := &tasks.UserClass{Name: "Visitor", New: func(u *tasks.User) tasks.TaskSet {
		h := tasks.NewHTTP(u)
		return tasks.TaskSet{Tasks: []tasks.Task{{Name: "t", Run: func(ctx context.Context) error {
			h.Get(ctx, "/pot")
			return u.Record(ctx, tasks.Request{Method: "X", Name: "other"})
		}}}}
	}}
	c.Run(t.Context(), tasks.Driver{
		Environment: tasks.Environment{Host: server.URL}, Once: func(string) {},
		OnRequest: func(_ context.Context, r tasks.Request) {
			if r.Response == nil {
				got = append(got, r.Name)
				return
			}
			got = append(got, fmt.Sprint(r.Method, " ", r.Response.URL.Path, " ", r.Response.StatusCode, " ", r.Response.Header().Get("X-Kind"), " ", string(r.Response.Body), " ", r.Err))
		},
	})
	if want := "[GET /pot 418 tea short and stout status 418 other]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
