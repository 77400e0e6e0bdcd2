package tasks_test

import (
	"context"
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// Users that come and go leave nothing open: no connection, no descriptor, no goroutine.
// HOPPERBAND_USERS sets how many come.
func TestWireLeaksNothing(t *testing.T) {
	users := 1000
	if n, err := strconv.Atoi(os.Getenv("HOPPERBAND_USERS")); err == nil {
		users = n
	}
	atOnce := users / 4
	var conns connCounter
	host := conns.serve(t, ok)
	files, routines := openFiles(t), runtime.NumGoroutine()
	places := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for i := range users {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			visitUnder(ctx, host, func(ctx context.Context, h *tasks.HTTP) error {
				err := h.Get(ctx, "/").Err
				if i%3 == 0 { // some are stopped by force
					cancel()
				}
				return err
			})
		})
	}
	all.Wait()
	if got := conns.opened.Load(); got != int64(users) {
		t.Errorf("%d connections for %d users", got, users)
	}
	conns.gone.Wait() // the server's side
	if got := openFiles(t); got > files {
		t.Errorf("%d descriptors open, %d before", got, files)
	}
	if got := goroutines(routines); got > routines {
		t.Errorf("%d goroutines, %d before: %s", got, routines, stacks())
	}
}

// openFiles counts the descriptors of the process, where it can.
func openFiles(t *testing.T) int {
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return len(list)
}

// goroutines counts them, once those that are about to return have done so, or there are no
// more than want.
func goroutines(want int) int {
	for range 30_000 { // a loaded machine takes its time
		if runtime.NumGoroutine() <= want {
			break
		}
		<-time.After(time.Millisecond)
	}
	return runtime.NumGoroutine()
}
