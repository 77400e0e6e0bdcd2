package tasks_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// A user waits as its wait time says; that of a nested set goes before that of its class.
func TestPacing(t *testing.T) {
	for name, tt := range map[string]struct {
		wait tasks.WaitTime
		took time.Duration
		want string
	}{
		"none":          {nil, time.Second, "[0s 1s 2s 3s]"},
		"constant":      {tasks.Constant(2 * time.Second), time.Second, "[0s 3s 6s 9s]"},
		"pacing":        {tasks.ConstantPacing(2 * time.Second), time.Second, "[0s 2s 4s 6s]"},
		"pacing missed": {tasks.ConstantPacing(2 * time.Second), 3 * time.Second, "[0s 3s 6s 9s]"},
		"catching up": {
			func(it tasks.Iteration) time.Time { return it.Intended.Add(time.Second) },
			1500 * time.Millisecond, "[0s 1.5s 3s 4.5s]",
		},
	} {
		for _, nested := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/nested=%v", name, nested), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var starts []time.Duration
					begin := time.Now()
					ts := tasks.TaskSet{WaitTime: tt.wait, Tasks: []tasks.Task{{Name: "t", Run: func(ctx context.Context) error {
						if starts = append(starts, time.Since(begin)); len(starts) == 4 {
							return tasks.StopUser
						}
						return tasks.Sleep(ctx, tt.took)
					}}}}
					c := fixed(ts)
					if nested && tt.wait != nil {
						c = fixed(tasks.TaskSet{WaitTime: tasks.Constant(time.Hour), Tasks: []tasks.Task{{Name: "n", Set: &ts}}})
					}
					c.Run(t.Context(), tasks.Driver{})
					if got := fmt.Sprint(starts); got != tt.want {
						t.Errorf("started at %s, want %s", got, tt.want)
					}
				})
			})
		}
	}
}

// The first request of an iteration carries the time that the wait time meant, later ones
// their own.
func TestIntended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin, got, n := time.Now(), "", 0
		c := class(func(u *tasks.User) tasks.TaskSet {
			return tasks.TaskSet{Tasks: []tasks.Task{{Name: "t", Run: func(ctx context.Context) error {
				if n++; n == 3 {
					return tasks.StopUser
				}
				for range 2 {
					if err := u.Measure(ctx, "X", "x", func(ctx context.Context) error {
						return tasks.Sleep(ctx, 2*time.Second)
					}); err != nil {
						return err
					}
				}
				return nil
			}}}}
		})
		// An open model: a start each second, whatever the tasks take.
		c.WaitTime = func(it tasks.Iteration) time.Time { return it.Intended.Add(time.Second) }
		c.Run(t.Context(), tasks.Driver{OnRequest: func(_ context.Context, r tasks.Request) {
			got += fmt.Sprintf("%v→%v ", r.Intended.Sub(begin), r.Start.Sub(begin))
		}})
		if want := "0s→0s 2s→2s 1s→4s 6s→6s "; got != want {
			t.Errorf("intended→started %s, want %s", got, want)
		}
	})
}

func TestSleepEndsEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begin := time.Now()
		if err := tasks.Sleep(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if d := time.Since(begin); d != time.Second {
			t.Errorf("slept %v", d)
		}
	})
}

// A user that neither waits nor does I/O lets others run within some iterations: the
// worker's loop must not starve. One time in 61 Go's scheduler gives the turn right back,
// so that the others may have to wait for the next one.
func TestBusyUsersYield(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for name, wait := range map[string]tasks.WaitTime{"no wait": nil, "never later": tasks.Constant(0)} {
		var others atomic.Bool
		n := 0
		c := fixed(tasks.TaskSet{WaitTime: wait, Tasks: []tasks.Task{{Name: "spin", Run: func(context.Context) error {
			if n++; n == 200 {
				return tasks.StopUser
			}
			return nil
		}}}})
		go others.Store(true) // runs when this goroutine lets it
		c.Run(t.Context(), tasks.Driver{})
		if !others.Load() {
			t.Errorf("%s: nobody else ran in %d iterations", name, n)
		}
	}
}
