package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/hopperband/hopperband/tasks"
)

// A shopper is one user, as an instance of a Locust HttpUser is one. What it remembers
// are fields of its own; the client in it keeps its cookies and its connection.
type shopper struct {
	*tasks.HTTP
	seen int
}

// newShopper says what one shopper does. It is called once for each user that the master
// wants: the place of Locust's __init__, and its @task decorators in one list.
func newShopper(u *tasks.User) tasks.TaskSet {
	s := &shopper{HTTP: tasks.NewHTTP(u)}
	return tasks.TaskSet{
		OnStart: s.login, // on_start
		Tasks: []tasks.Task{
			{Run: s.browse, Weight: 3},                    // @task(3)
			{Run: s.checkout, Tags: []string{"checkout"}}, // @task and @tag("checkout")
		},
	}
}

func (s *shopper) login(ctx context.Context) error {
	return s.Post(ctx, "/login", tasks.JSON(map[string]string{"user": "grace"})).Err
}

// browse looks at the list and at one item. Both requests are in the statistics, failed
// or not; to return the error of one ends this task, and the user goes on with its next.
func (s *shopper) browse(ctx context.Context) error {
	if err := s.Get(ctx, "/items").Err; err != nil {
		return err
	}
	s.seen = 1 + rand.IntN(100)
	path := fmt.Sprintf("/items/%d", s.seen)
	// Locust's name="/items/[id]", so that a hundred items are one line of statistics,
	// and its catch_response: an answer that the check refuses is a failure.
	return s.Get(ctx, path, tasks.Named("/items/[id]"), tasks.Check(notEmpty)).Err
}

func (s *shopper) checkout(ctx context.Context) error {
	return s.Get(ctx, "/cart").Err // needs the cookie of login
}

func notEmpty(r *tasks.Response) error {
	if len(r.Body) == 0 {
		return errors.New("empty answer")
	}
	return nil
}
