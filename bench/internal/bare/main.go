// Package bare is the frame of load generators that consist of a client and a loop.
package bare

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/hopperband/hopperband/bench/internal/record"
)

// A Get sends one request and reads its answer in full.
type Get func(context.Context) error

// Main is the whole main function: it lets users send requests one after the other for a
// while, and prints their times as JSON. makeGet returns what one client of all users does.
// It ends with 1 at the first failure.
func Main(makeGet func(url string, users int) Get) {
	users := flag.Int("users", 100, "`number` of users")
	duration := flag.Duration("duration", 10*time.Second, "`time` to run")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, *duration)
	defer cancel()
	times := new(record.Histogram)
	err := Run(ctx, makeGet(flag.Arg(0), *users), *users, times)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(times.Summary())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Run lets users call get until ctx ends, and returns the first error, if any.
func Run(ctx context.Context, get Get, users int, times *record.Histogram) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var all sync.WaitGroup
	for range users {
		all.Go(func() {
			for ctx.Err() == nil {
				begin := time.Now()
				if err := get(ctx); err == nil {
					times.Add(time.Since(begin))
				} else if ctx.Err() == nil {
					cancel(fmt.Errorf("bare: %w", err))
				}
			}
		})
	}
	<-ctx.Done()
	all.Wait()
	if cause := context.Cause(ctx); cause != ctx.Err() { //nolint:errorlint // the very error of ctx, or another one
		return cause
	}
	return nil
}
