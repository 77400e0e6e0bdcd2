package tasks_test

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// A tally is a Recorder that only counts.
type tally struct{ n, cut atomic.Int64 }

func (c *tally) Entry(string, string) tasks.Entry     { return 7 }
func (c *tally) Record(e tasks.Entry, _ tasks.Sample) { c.n.Add(1) }
func (c *tally) Interrupt(tasks.Entry)                { c.cut.Add(1) }
func idleTask(context.Context) error                  { return nil }
func emptyRequest(context.Context) error              { return nil }
func newIdler(*tasks.User) tasks.TaskSet              { return tasks.TaskSet{Tasks: []tasks.Task{{Run: idleTask}}} }

func idlers(wait tasks.WaitTime) *tasks.UserClass {
	return &tasks.UserClass{Name: "Idler", WaitTime: wait, New: newIdler}
}

// BenchmarkEmptyTask is the cost of an iteration with one request that does nothing.
func BenchmarkEmptyTask(b *testing.B) {
	for name, wait := range map[string]tasks.WaitTime{"nowait": nil, "wait": tasks.ConstantPacing(0)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var count tally
			n := b.N
			c := class(func(u *tasks.User) tasks.TaskSet {
				return tasks.TaskSet{Tasks: []tasks.Task{{Name: "empty", Run: func(ctx context.Context) error {
					if n--; n < 0 {
						return tasks.StopUser
					}
					return u.Measure(ctx, "X", "empty", emptyRequest)
				}}}}
			})
			c.WaitTime = wait
			c.Run(b.Context(), tasks.Driver{Recorder: &count, Stopping: make(chan struct{})})
			if count.n.Load() != int64(b.N) {
				b.Fatalf("%d requests of %d", count.n.Load(), b.N)
			}
		})
	}
}

// start starts n users and returns when all of them wait.
func start(ctx context.Context, n int, stop <-chan struct{}) *sync.WaitGroup {
	var waiting, ended sync.WaitGroup
	waiting.Add(n)
	c := idlers(func(it tasks.Iteration) time.Time {
		waiting.Done()
		return it.Ended.Add(time.Hour)
	})
	for range n {
		ended.Go(func() { c.Run(ctx, tasks.Driver{Stopping: stop}) })
	}
	waiting.Wait()
	return &ended
}

// BenchmarkIdleUser is the memory of a user that waits, its goroutine included.
func BenchmarkIdleUser(b *testing.B) {
	const n = 20_000
	for b.Loop() {
		ctx, cancel := context.WithCancel(b.Context())
		stop := make(chan struct{})
		before := memory()
		users := start(ctx, n, stop)
		b.ReportMetric(float64(memory()-before)/n, "B/user")
		close(stop)
		users.Wait()
		cancel()
	}
}

// BenchmarkStartUsers is the time from the start of a user to its first wait.
func BenchmarkStartUsers(b *testing.B) {
	b.ReportAllocs()
	stop := make(chan struct{})
	users := start(b.Context(), b.N, stop)
	b.StopTimer()
	close(stop)
	users.Wait()
}

func memory() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
