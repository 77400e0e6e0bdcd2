//go:build unix

package worker

import (
	"context"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/link"
	"github.com/hopperband/hopperband/protocol"
	"github.com/hopperband/hopperband/tasks"
)

// A sinkLink is a connection to a master that takes everything.
type sinkLink struct{ events chan link.Event }

func newSinkLink() *sinkLink { return &sinkLink{events: make(chan link.Event, 64)} }

func (l *sinkLink) Events() <-chan link.Event     { return l.events }
func (l *sinkLink) Post(int, ...protocol.Message) {}
func (l *sinkLink) Note(protocol.Message) bool    { return true }
func (l *sinkLink) Reconnect(int)                 {}
func (l *sinkLink) Close(context.Context) error   { return nil }
func (l *sinkLink) send(m protocol.Message)       { l.events <- link.Message{Session: 1, Message: m} }

func (l *sinkLink) PostReport(_, n int, ps ...*protocol.Stats) {
	for _, p := range ps {
		if _, err := protocol.Append(nil, "host_1", p); err != nil {
			panic(err)
		}
	}
	select {
	case l.events <- link.Confirmed{Session: 1, Report: n}:
	default: // the next one confirms
	}
}

// bench runs f against a worker that is registered with a master that takes everything.
func bench(b *testing.B, class *tasks.UserClass, f func(w *worker, l *sinkLink)) {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	l := newSinkLink()
	w := newWorker(Config{}.withDefaults(), "host_1", l, idleMeter{}, []*tasks.UserClass{class})
	done := make(chan struct{})
	go func() { defer close(done); _ = w.loop(ctx) }()
	l.events <- link.Connected{Session: 1}
	l.send(&protocol.Ack{Index: 0})
	f(w, l)
	cancel()
	<-done
}

func spawnUsers(l *sinkLink, n int) {
	l.send(&protocol.Spawn{Timestamp: float64(time.Now().UnixNano()), UserClassesCount: map[string]int{"A": n}})
}

func until(cond func() bool) {
	for !cond() {
		runtime.Gosched()
	}
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkEmptyTask is what the whole worker costs per recorded request: 100 users whose
// task does nothing. The figure that matters is records/CPU-s.
func BenchmarkEmptyTask(b *testing.B) {
	class := &tasks.UserClass{Name: "A", New: func(u *tasks.User) tasks.TaskSet {
		nothing := func(context.Context) error { return nil }
		return tasks.TaskSet{Tasks: []tasks.Task{{Name: "empty", Run: func(ctx context.Context) error {
			return u.Measure(ctx, "GET", "/", nothing)
		}}}}
	}}
	bench(b, class, func(w *worker, l *sinkLink) {
		spawnUsers(l, 100)
		until(func() bool { return w.swarm.total() == 100 })
		before, used := w.stats.Totals().Recorded, cpuTime()
		b.ResetTimer()
		goal := before + int64(b.N)
		for w.stats.Totals().Recorded < goal {
			time.Sleep(time.Millisecond)
		}
		b.StopTimer()
		records := w.stats.Totals().Recorded - before
		b.ReportMetric(float64(records)/(cpuTime()-used).Seconds(), "records/CPU-s")
	})
}

// BenchmarkSpawn100000 is the CPU time and the memory of 100 000 users that wait.
func BenchmarkSpawn100000(b *testing.B) {
	const users = 100_000
	class := &tasks.UserClass{Name: "A", WaitTime: tasks.Constant(time.Hour), New: func(u *tasks.User) tasks.TaskSet {
		return tasks.TaskSet{Tasks: []tasks.Task{{Name: "empty", Run: func(context.Context) error { return nil }}}}
	}}
	for b.Loop() {
		bench(b, class, func(w *worker, l *sinkLink) {
			runtime.GC()
			var m0, m1 runtime.MemStats
			runtime.ReadMemStats(&m0)
			used := cpuTime()
			spawnUsers(l, users)
			for w.swarm.total() < users {
				time.Sleep(time.Millisecond)
			}
			b.ReportMetric((cpuTime() - used).Seconds(), "CPU-s")
			runtime.GC()
			runtime.ReadMemStats(&m1)
			b.ReportMetric(float64(m1.HeapInuse+m1.StackInuse-m0.HeapInuse-m0.StackInuse)/users, "B/user")
		})
	}
}
