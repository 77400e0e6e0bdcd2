// Command crowd is many workers in one process: real ones, each with its own connection,
// whose users record requests that nobody has sent. It shows what a master carries.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/hopperband/hopperband/tasks"
	"github.com/hopperband/hopperband/worker"
)

const pause = 100 * time.Millisecond

// A crowd says what each of its workers does.
type crowd struct {
	master  string
	workers int
	names   int
	rate    int
	longest time.Duration
}

func main() {
	var c crowd
	flag.StringVar(&c.master, "master", "127.0.0.1:5557", "`address` of the master")
	flag.IntVar(&c.workers, "workers", 1, "`number` of workers")
	flag.IntVar(&c.names, "names", 20, "request `names` of each worker")
	flag.IntVar(&c.rate, "rate", 1000, "`requests` a second that each worker records")
	flag.DurationVar(&c.longest, "longest", 50*time.Millisecond, "longest response `time`; those below are equally likely")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := c.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (c *crowd) run(ctx context.Context) error {
	host, port, err := net.SplitHostPort(c.master)
	if err != nil {
		return fmt.Errorf("crowd: master: %w", err)
	}
	cfg := worker.Config{MasterHost: host}
	if cfg.MasterPort, err = strconv.Atoi(port); err != nil {
		return fmt.Errorf("crowd: master: %w", err)
	}
	if c.workers < 1 || c.names < 1 || c.rate < 1 || c.longest < time.Millisecond {
		return fmt.Errorf("crowd: workers, names, rate and longest must be positive: %+v", *c)
	}
	errs := make([]error, c.workers)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			errs[i] = worker.Run(ctx, cfg, &tasks.UserClass{Name: "Crowd", WaitTime: tasks.ConstantPacing(pause), New: c.newUser})
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// newUser returns the tasks of the one user that a master gives each worker.
func (c *crowd) newUser(u *tasks.User) tasks.TaskSet {
	names := make([]string, c.names)
	for i := range names {
		names[i] = fmt.Sprintf("/items/%d", i)
	}
	share := max(1, int(time.Duration(c.rate)*pause/time.Second))
	next := 0
	return tasks.TaskSet{Tasks: []tasks.Task{{Name: "record", Run: func(ctx context.Context) error {
		for range share {
			next = (next + 1) % len(names)
			d := time.Millisecond + time.Duration(rand.Int64N(int64(c.longest)))
			if err := u.Record(ctx, tasks.Request{Method: "GET", Name: names[next], Duration: d, Length: 100}); err != nil {
				return err
			}
		}
		return nil
	}}}}
}
