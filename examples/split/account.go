package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"

	"github.com/hopperband/hopperband/tasks"
)

// An account is one line of the data file.
type account struct{ name, password string }

// readAccounts reads a CSV file of names and passwords without a heading.
func readAccounts(path string) ([]account, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("split: SPLIT_FILE: %w", err)
	}
	defer func() { _ = f.Close() }()
	r := csv.NewReader(f)
	r.FieldsPerRecord = 2
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("split: SPLIT_FILE: %s: %w", path, err)
	}
	accounts := make([]account, len(rows))
	for i, row := range rows {
		accounts[i] = account{row[0], row[1]}
	}
	return accounts, nil
}

// A customer has an account from its first task on.
type customer struct {
	*tasks.HTTP
	deck *deck
	own  account
}

func (d *deck) newCustomer(u *tasks.User) tasks.TaskSet {
	c := &customer{HTTP: tasks.NewHTTP(u), deck: d}
	return tasks.TaskSet{OnStart: c.login, Tasks: []tasks.Task{{Run: c.browse}}}
}

func (c *customer) login(ctx context.Context) (err error) {
	if c.own, err = c.deck.next(); err != nil {
		return err
	}
	return c.Post(ctx, "/login", tasks.JSON(map[string]string{"user": c.own.name, "password": c.own.password})).Err
}

func (c *customer) browse(ctx context.Context) error { return c.Get(ctx, "/items").Err }
