package tasks_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/hopperband/hopperband/tasks"
)

type shopper struct {
	*tasks.HTTP
	visits int
}

func newShopper(u *tasks.User) tasks.TaskSet {
	s := &shopper{HTTP: tasks.NewHTTP(u)}
	return tasks.TaskSet{OnStart: s.login, Sequential: true, Tasks: []tasks.Task{
		{Run: s.browse, Weight: 2},
		{Run: s.checkout, Tags: []string{"slow"}},
	}}
}

func (s *shopper) login(ctx context.Context) error {
	return s.Post(ctx, "/login", tasks.JSON(map[string]string{"user": "u"})).Err
}

func (s *shopper) browse(ctx context.Context) error {
	s.visits++
	s.Get(ctx, "/missing") // failed or not, go on
	path := fmt.Sprint("/items/", s.visits)
	return s.Get(ctx, path, tasks.Named("/items/[id]"), tasks.Check(notEmpty)).Err
}

func (s *shopper) checkout(context.Context) error { return tasks.StopUser }

func notEmpty(r *tasks.Response) error {
	if len(r.Body) == 0 {
		return errors.New("no items")
	}
	return nil
}

// A test of a user class runs one user by itself. A program hands its classes to a worker.
func Example() {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /login", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /items/{id}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "item ", r.PathValue("id"))
	})
	target := httptest.NewServer(mux)
	defer target.Close()

	class := &tasks.UserClass{Name: "Shopper", New: newShopper}
	if err := tasks.Validate(class); err != nil {
		fmt.Println(err)
		return
	}
	class.Run(context.Background(), tasks.Driver{
		Environment: tasks.Environment{Host: target.URL},
		OnRequest: func(_ context.Context, r tasks.Request) {
			fmt.Println(r.Method, r.Name, r.Length, r.Err)
		},
	})
	// Output:
	// POST /login 0 <nil>
	// GET /missing 19 status 404
	// GET /items/[id] 6 <nil>
	// GET /missing 19 status 404
	// GET /items/[id] 6 <nil>
}

func ExampleUser_Measure() {
	class := &tasks.UserClass{Name: "Clerk", New: func(u *tasks.User) tasks.TaskSet {
		query := func(ctx context.Context) error {
			return u.Measure(ctx, "SQL", "select", func(context.Context) error {
				return errors.New("table is locked") // of any client, for any protocol
			})
		}
		return tasks.TaskSet{Sequential: true, Tasks: []tasks.Task{
			{Name: "query", Run: query},
			{Name: "leave", Run: func(context.Context) error { return tasks.StopUser }},
		}}
	}}
	class.Run(context.Background(), tasks.Driver{
		OnRequest: func(_ context.Context, r tasks.Request) { fmt.Println(r.Method, r.Name, r.Err) },
	})
	// Output: SQL select table is locked
}
