package tasks_test

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// fewestAllocs is testing.AllocsPerRun without what other goroutines allocate meanwhile.
func fewestAllocs(f func()) float64 {
	fewest := testing.AllocsPerRun(100, f)
	for range 9 {
		fewest = min(fewest, testing.AllocsPerRun(100, f))
	}
	return fewest
}

// Options are values: a request with them allocates no more than one without.
func TestOptionsDoNotAllocate(t *testing.T) {
	check := func(*tasks.Response) error { return nil }
	unsent := tasks.Status() // is refused, so that nothing is sent: the network allocates as it likes
	visit(t, "http://127.0.0.1:1", func(ctx context.Context, h *tasks.HTTP) error {
		plain := fewestAllocs(func() { h.Get(ctx, "/items", unsent) })
		with := fewestAllocs(func() {
			h.Get(ctx, "/items", unsent, tasks.Named("/[id]"), tasks.Check(check), tasks.Header("X-Id", "1"), tasks.Query("a", "b"), tasks.NoRedirect())
		})
		if plain != with {
			t.Errorf("%v allocations with options, %v without", with, plain)
		}
		return nil
	})
}

// Many users share one option.
func TestOptionsAreShared(t *testing.T) {
	host := serve(t, echo).URL
	shared := []tasks.RequestOption{tasks.JSON([]int{1, 2}), tasks.Header("X-Echo", "Content-Type"), tasks.Status(http.StatusOK)}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
				for range 10 {
					if got := string(h.Post(ctx, "/", shared...).Body); got != "POST / Content-Type=application/json <[1,2]>" {
						t.Errorf("got %q", got)
					}
				}
				return nil
			}, shared...)
		})
	}
	wg.Wait()
}

// What becomes of an argument after the call changes no option.
func TestOptionsKeepTheirArguments(t *testing.T) {
	v, codes := map[string]int{"a": 1}, []int{200}
	opts := []tasks.RequestOption{tasks.JSON(v), tasks.Status(codes...)}
	v["a"], codes[0] = 2, 404
	visit(t, serve(t, echo).URL, func(ctx context.Context, h *tasks.HTTP) error {
		opts[0], opts[1] = tasks.RequestOption{}, tasks.Status(500) // NewHTTP has its own
		res := h.Post(ctx, "/")
		if string(res.Body) != `POST / <{"a":1}>` || res.Err != nil {
			t.Errorf("got %q, %v", res.Body, res.Err)
		}
		return nil
	}, opts...)
}

// Users that have sent nothing hold nothing but the client itself.
func TestNewHTTPIsLazy(t *testing.T) {
	c := tasks.UserClass{Name: "Idle", New: func(u *tasks.User) tasks.TaskSet {
		var h *tasks.HTTP
		if n := fewestAllocs(func() { h = tasks.NewHTTP(u) }); n != 1 {
			t.Errorf("NewHTTP allocates %v times, want 1", n)
		}
		h.CloseIdleConnections()
		return tasks.TaskSet{Tasks: []tasks.Task{{Name: "end", Run: func(context.Context) error { return tasks.StopUser }}}}
	}}
	c.Run(t.Context(), tasks.Driver{})
}
