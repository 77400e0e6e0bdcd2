// Command split is a worker whose users take their accounts from one data file that all
// workers have: each worker takes its own part, by its index.
//
// The master numbers its workers 0, 1, 2 … in the order in which they have joined, but it
// does not say how many there are or will be. So the number of parts is a setting: the
// variable SPLIT_PARTS or, without it, the master's --expect-workers. A worker whose index
// is not below it, such as one that has replaced another, shares a part, and says so;
// with fewer workers than parts some accounts are not used. Without a number there is only
// one part, and every worker uses all accounts.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/hopperband/hopperband/tasks"
	"github.com/hopperband/hopperband/worker"
)

func main() {
	path := os.Getenv("SPLIT_FILE")
	if path == "" {
		path = "accounts.csv"
	}
	accounts, err := readAccounts(path)
	if err != nil {
		log.Fatal(err)
	}
	parts, err := partsOf(os.Getenv("SPLIT_PARTS"))
	if err != nil {
		log.Fatal(err)
	}
	d := &deck{accounts: accounts, parts: parts}
	worker.Config{OnTestStart: d.deal}.Main(&tasks.UserClass{
		Name: "Customer", WaitTime: tasks.Constant(time.Second), New: d.newCustomer,
	})
}

// partsOf reads SPLIT_PARTS; 0 is not set.
func partsOf(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("SPLIT_PARTS: %q: not a number of workers", text)
	}
	return n, nil
}

// A deck deals this worker's part of the accounts to its users.
type deck struct {
	accounts []account
	parts    int

	mu   sync.Mutex
	mine *tasks.Feed[account]
}

// deal takes this worker's part at the start of each test: the index may be another one
// than in the last test.
func (d *deck) deal(_ context.Context, t *worker.Test) error {
	parts := d.parts
	if parts == 0 {
		parts = max(t.Options.Int("expect_workers", 1), 1)
	}
	part, shared := partOf(t.WorkerIndex, parts)
	if shared {
		log.Printf("worker %d of %d expected: part %d is another worker's as well", t.WorkerIndex, parts, part)
	}
	mine := split(d.accounts, part, parts)
	if len(mine) == 0 {
		return fmt.Errorf("split: %d accounts are too few for %d workers: none is left for worker %d", len(d.accounts), parts, t.WorkerIndex)
	}
	log.Printf("worker %d has part %d of %d: %d of %d accounts", t.WorkerIndex, part, parts, len(mine), len(d.accounts))
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mine = tasks.NewFeed(mine...)
	return nil
}

// next returns the next account of this worker, round and round.
func (d *deck) next() (account, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.mine == nil {
		return account{}, errors.New("split: no test has begun")
	}
	return d.mine.Next(), nil
}

// partOf is the part of a worker, and whether another worker may have the same one. Masters
// before Locust 2.11 give no index, which is -1.
func partOf(index, parts int) (part int, shared bool) {
	if index < 0 {
		return 0, parts > 1
	}
	return index % parts, index >= parts
}

// split returns each account that is a number of parts further than the last, so that parts
// differ by one at most.
func split(all []account, part, parts int) (mine []account) {
	for i := part; i < len(all); i += parts {
		mine = append(mine, all[i])
	}
	return mine
}
