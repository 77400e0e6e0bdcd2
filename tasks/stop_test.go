package tasks_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// measures returns a task that measures a request that takes d.
func measures(u *tasks.User, name string, d time.Duration) func(context.Context) error {
	return func(ctx context.Context) error {
		return u.Measure(ctx, "X", name, func(ctx context.Context) error { return tasks.Sleep(ctx, d) })
	}
}

// A stop ends a user that waits at once, and a busy one after its task.
func TestStopping(t *testing.T) {
	for name, tt := range map[string]struct {
		wait, took, at, end time.Duration
		lines               string
	}{
		"waiting":     {time.Hour, time.Second, 2 * time.Second, 2 * time.Second, "X work ok; stop"},
		"busy":        {time.Hour, 10 * time.Second, 2 * time.Second, 10 * time.Second, "X work ok; stop"},
		"before long": {0, time.Second, 2500 * time.Millisecond, 3 * time.Second, "X work ok; X work ok; X work ok; stop"},
		"at once":     {0, time.Second, 0, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j, stop, begin := &journal{}, make(chan struct{}), time.Now()
				c := class(func(u *tasks.User) tasks.TaskSet {
					return tasks.TaskSet{OnStop: j.says("stop", nil), Tasks: []tasks.Task{{Name: "t", Run: measures(u, "work", tt.took)}}}
				})
				c.WaitTime = tasks.Constant(tt.wait)
				if tt.at == 0 {
					close(stop)
				} else {
					time.AfterFunc(tt.at, func() { close(stop) })
				}
				d := j.driver()
				d.Stopping = stop
				c.Run(t.Context(), d)
				if d := time.Since(begin); d != tt.end {
					t.Errorf("ended after %v, want %v", d, tt.end)
				}
				j.expect(t, tt.lines, "")
			})
		})
	}
}

// force runs c and cancels it by force after d.
func force(t *testing.T, c *tasks.UserClass, d tasks.Driver, after time.Duration) (took time.Duration) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	begin := time.Now()
	time.AfterFunc(after, cancel)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.Run(ctx, d)
	}()
	<-ended
	return time.Since(begin)
}

// Only the worker's own cancellation makes a request interrupted.
func TestInterruptedOnlyByTheWorker(t *testing.T) {
	type work func(context.Context, *tasks.User) error
	for name, tt := range map[string]struct {
		work  work
		lines string
	}{
		"forced stop": {func(ctx context.Context, u *tasks.User) error {
			return measures(u, "r", time.Hour)(ctx)
		}, "X r interrupted"},
		"finished in time": {func(ctx context.Context, u *tasks.User) error {
			return measures(u, "r", time.Second)(ctx)
		}, "X r ok"},
		"finished regardless": {func(ctx context.Context, u *tasks.User) error {
			return u.Measure(ctx, "X", "r", func(context.Context) error { <-time.After(20 * time.Second); return nil })
		}, "X r ok"},
		"own deadline": {func(ctx context.Context, u *tasks.User) error {
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			return measures(u, "r", time.Hour)(ctx)
		}, "X r failed: context deadline exceeded"},
		"own cancellation": {func(ctx context.Context, u *tasks.User) error {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Second, cancel)
			return measures(u, "r", time.Hour)(ctx)
		}, "X r failed: context canceled"},
		"own deadline, recorded after the forced stop": {func(ctx context.Context, u *tasks.User) error {
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			return u.Measure(ctx, "X", "r", func(ctx context.Context) error {
				<-ctx.Done()
				<-time.After(20 * time.Second)
				return ctx.Err()
			})
		}, "X r failed: context deadline exceeded"},
		"nested in another": {func(ctx context.Context, u *tasks.User) error {
			return u.Measure(ctx, "FLOW", "f", measures(u, "r", time.Hour))
		}, "X r interrupted; FLOW f interrupted"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j := &journal{}
				c := class(func(u *tasks.User) tasks.TaskSet {
					return tasks.TaskSet{WaitTime: tasks.Constant(time.Hour), Tasks: []tasks.Task{{Name: "t", Run: func(ctx context.Context) error {
						return tt.work(ctx, u)
					}}}}
				})
				force(t, c, j.driver(), 10*time.Second)
				j.expect(t, tt.lines, "")
			})
		})
	}
}

// User code never sees the worker's deadline: it is a cancellation.
func TestDeadlineOfTheWorkerIsHidden(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		begin := time.Now()
		once(ctx, j.driver(), func(ctx context.Context, u *tasks.User) error {
			if d, ok := ctx.Deadline(); ok {
				t.Errorf("deadline %v", d)
			}
			err := measures(u, "r", time.Hour)(ctx)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("ended with %v", err)
			}
			return err
		})
		if d := time.Since(begin); d != 10*time.Second {
			t.Errorf("ended after %v", d)
		}
		j.expect(t, "X r interrupted", "")
	})
}

// OnStop has 2 s from the forced stop, however late it comes; its requests are samples.
func TestOnStopAfterForcedStop(t *testing.T) {
	const ms = time.Millisecond
	for name, tt := range map[string]struct {
		deaf       time.Duration // how long the task ignores the forced stop
		stop, root time.Duration // how long the requests of the two OnStops take
		lines      string
		end        time.Duration
	}{
		"in time":            {0, 1500 * ms, 400 * ms, "X stop ok; X root ok", 11900 * ms},
		"too long":           {0, time.Hour, ms, "X stop interrupted; X root interrupted", 12000 * ms},
		"together too long":  {0, 1500 * ms, 600 * ms, "X stop ok; X root interrupted", 12000 * ms},
		"late and in time":   {1000 * ms, 500 * ms, 400 * ms, "X stop ok; X root ok", 11900 * ms},
		"late and too long":  {1000 * ms, 500 * ms, time.Hour, "X stop ok; X root interrupted", 12000 * ms},
		"later than allowed": {3000 * ms, 500 * ms, ms, "X stop interrupted; X root interrupted", 13000 * ms},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j := &journal{}
				c := class(func(u *tasks.User) tasks.TaskSet {
					return tasks.TaskSet{OnStop: measures(u, "root", tt.root), Tasks: []tasks.Task{{Name: "n", Set: &tasks.TaskSet{
						OnStop: measures(u, "stop", tt.stop),
						Tasks: []tasks.Task{{Name: "t", Run: func(ctx context.Context) error {
							<-ctx.Done()
							<-time.After(tt.deaf)
							return errBug
						}}},
					}}}}
				})
				if d := force(t, c, j.driver(), 10*time.Second); d != tt.end {
					t.Errorf("ended after %v, want %v", d, tt.end)
				}
				j.expect(t, tt.lines, "")
			})
		})
	}
}

// A request of OnStop that fails by itself, or by its own deadline, is a failure.
func TestOnStopFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{}
		c := class(func(u *tasks.User) tasks.TaskSet {
			return tasks.TaskSet{
				OnStop: func(ctx context.Context) error {
					ctx, cancel := context.WithTimeout(ctx, time.Second)
					defer cancel()
					return errors.Join(
						u.Record(ctx, tasks.Request{Method: "X", Name: "a", Err: errBug}),
						u.Record(context.Background(), tasks.Request{Method: "X", Name: "b", Err: errBug}),
						measures(u, "c", time.Hour)(ctx), errBug)
				},
				Tasks: []tasks.Task{{Name: "t", Run: measures(u, "r", time.Hour)}},
			}
		})
		force(t, c, j.driver(), time.Second)
		j.expect(t, "X r interrupted; X a failed: bug; X b failed: bug; X c failed: context deadline exceeded", "OnStop: bug")
	})
}

// A forced stop during an OnStop leaves it 2 s.
func TestForcedStopDuringOnStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, stop := &journal{}, make(chan struct{})
		close(stop)
		c := class(func(u *tasks.User) tasks.TaskSet {
			return tasks.TaskSet{OnStop: measures(u, "logout", time.Hour), Tasks: []tasks.Task{{Name: "end", Run: func(context.Context) error { return tasks.StopUser }}}}
		})
		if d := force(t, c, j.driver(), time.Minute); d != 62*time.Second {
			t.Errorf("ended after %v", d)
		}
		j.expect(t, "X logout interrupted", "")
	})
}

// An OnStart that a forced stop cuts off is no exception, and its set is not left.
func TestForcedStopDuringOnStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{}
		c := class(func(u *tasks.User) tasks.TaskSet {
			return tasks.TaskSet{OnStart: measures(u, "login", time.Hour), OnStop: j.says("stop", nil), Tasks: []tasks.Task{{Name: "t", Run: j.says("t", nil)}}}
		})
		force(t, c, j.driver(), time.Minute)
		j.expect(t, "X login interrupted", "")
	})
}

// A task that runs for long can watch for the stop.
func TestTaskWatchesStopping(t *testing.T) {
	j, stop := &journal{}, make(chan struct{})
	d := j.driver()
	d.Stopping = stop
	class(func(u *tasks.User) tasks.TaskSet {
		return tasks.TaskSet{Tasks: []tasks.Task{{Name: "stream", Run: func(context.Context) error {
			close(stop)
			<-u.Stopping()
			j.add("seen")
			return nil
		}}}}
	}).Run(t.Context(), d)
	j.expect(t, "seen", "")
}

// At the 100th call that is cut off, a user that ignores errors is ended.
func TestDeafTaskIsEnded(t *testing.T) {
	for name, call := range map[string]func(ctx context.Context, u *tasks.User){
		"Measure": func(ctx context.Context, u *tasks.User) { _ = measures(u, "r", time.Hour)(ctx) },
		"Sleep":   func(ctx context.Context, _ *tasks.User) { _ = tasks.Sleep(ctx, time.Hour) },
		"Parallel": func(ctx context.Context, u *tasks.User) {
			_ = tasks.Parallel(ctx, measures(u, "r", time.Hour), measures(u, "s", time.Hour))
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j, calls := &journal{}, 0
				c := class(func(u *tasks.User) tasks.TaskSet {
					u.Cleanup(func() { j.add("clean") })
					return tasks.TaskSet{OnStop: j.says("stop", nil), Tasks: []tasks.Task{{Name: "deaf", Run: func(ctx context.Context) error {
						for {
							calls++
							call(ctx, u)
						}
					}}}}
				})
				force(t, c, j.driver(), time.Second)
				if n := len(j.lines); calls > 100 || fmt.Sprint(j.lines[n-2:]) != "[stop clean]" {
					t.Errorf("%d calls, then %v", calls, j.lines[n-2:])
				}
			})
		})
	}
}
