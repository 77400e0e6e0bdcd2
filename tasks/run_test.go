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

var errBug = errors.New("bug")

// The order of a life: sets are entered and left, errors of OnStart keep a set from it.
func TestSetsAreEnteredAndLeft(t *testing.T) {
	for name, tt := range map[string]struct {
		build             func(j *journal) tasks.TaskSet
		lines, exceptions string
	}{
		"interrupt leaves the nested set": {func(j *journal) tasks.TaskSet {
			return tasks.TaskSet{Sequential: true, OnStart: j.says("start", nil), OnStop: j.says("stop", nil), Tasks: []tasks.Task{
				{Name: "forum", Set: &tasks.TaskSet{
					Sequential: true, OnStart: j.says("enter", nil), OnStop: j.says("leave", nil),
					Tasks: []tasks.Task{{Name: "read", Run: j.says("read", nil)}, {Name: "out", Run: j.says("out", tasks.InterruptTaskSet)}},
				}},
				{Name: "end", Run: j.says("end", tasks.StopUser)},
			}}
		}, "start; enter; read; out; leave; end; stop", ""},
		"stop from a nested set": {func(j *journal) tasks.TaskSet {
			return tasks.TaskSet{OnStop: j.says("stop", nil), Tasks: []tasks.Task{{Name: "forum", Set: &tasks.TaskSet{
				OnStop: j.says("leave", nil), Tasks: []tasks.Task{{Name: "end", Run: j.says("end", fmt.Errorf("enough: %w", tasks.StopUser))}},
			}}}}
		}, "end; leave; stop", ""},
		"error of OnStart at the root": {func(j *journal) tasks.TaskSet {
			return tasks.TaskSet{OnStart: j.says("start", errBug), OnStop: j.says("stop", nil), Tasks: []tasks.Task{{Name: "t", Run: j.says("t", nil)}}}
		}, "start", "OnStart: bug"},
		"failed request of OnStart at the root": {func(j *journal) tasks.TaskSet {
			return tasks.TaskSet{OnStart: j.says("start", &tasks.RequestError{Err: errBug}), Tasks: []tasks.Task{{Name: "t", Run: j.says("t", nil)}}}
		}, "start", ""},
	} {
		t.Run(name, func(t *testing.T) {
			j := &journal{}
			fixed(tt.build(j)).Run(t.Context(), j.driver())
			j.expect(t, tt.lines, tt.exceptions)
		})
	}
}

func TestSetsThatAreRefusedOrInterrupted(t *testing.T) {
	for name, tt := range map[string]struct {
		build             func(j *journal) tasks.TaskSet
		lines, exceptions string
	}{
		"error of a nested OnStart": {func(j *journal) tasks.TaskSet {
			return tasks.TaskSet{Sequential: true, Tasks: []tasks.Task{
				{Name: "forum", Set: &tasks.TaskSet{OnStart: j.says("enter", errBug), OnStop: j.says("leave", nil), Tasks: []tasks.Task{{Name: "t", Run: j.says("t", nil)}}}},
				{Name: "end", Run: j.says("end", tasks.StopUser)},
			}}
		}, "enter; end", "forum: bug"},
		"interrupt in a nested OnStart": {func(j *journal) tasks.TaskSet {
			return tasks.TaskSet{Sequential: true, Tasks: []tasks.Task{
				{Name: "forum", Set: &tasks.TaskSet{OnStart: j.says("enter", tasks.InterruptTaskSet), Tasks: []tasks.Task{{Name: "t", Run: j.says("t", nil)}}}},
				{Name: "end", Run: j.says("end", tasks.StopUser)},
			}}
		}, "enter; end", ""},
		"interrupt in OnStart at the root": {func(j *journal) tasks.TaskSet {
			return tasks.TaskSet{OnStart: j.says("start", tasks.InterruptTaskSet), Tasks: []tasks.Task{{Name: "t", Run: j.says("t", nil)}}}
		}, "start", "OnStart: tasks: InterruptTaskSet outside of a nested task set"},
		"InterruptTaskSet outside a nested set": {func(j *journal) tasks.TaskSet {
			return tasks.TaskSet{Sequential: true, Tasks: []tasks.Task{
				{Name: "out", Run: j.says("out", tasks.InterruptTaskSet)}, {Name: "end", Run: j.says("end", tasks.StopUser)},
			}}
		}, "out; end", "out: tasks: InterruptTaskSet outside of a nested task set"},
		"an exception does not end the user": {func(j *journal) tasks.TaskSet {
			return tasks.TaskSet{Sequential: true, OnStop: j.says("stop", errBug), Tasks: []tasks.Task{
				{Name: "bad", Run: j.says("bad", errBug)}, {Name: "end", Run: j.says("end", tasks.StopUser)},
			}}
		}, "bad; end; stop", "bad: bug; OnStop: bug"},
		"a bug joined to StopUser": {func(j *journal) tasks.TaskSet {
			return tasks.TaskSet{Tasks: []tasks.Task{{Name: "end", Run: j.says("end", errors.Join(errBug, tasks.StopUser))}}}
		}, "end", "end: bug"},
	} {
		t.Run(name, func(t *testing.T) {
			j := &journal{}
			fixed(tt.build(j)).Run(t.Context(), j.driver())
			j.expect(t, tt.lines, tt.exceptions)
		})
	}
}

// A nested set keeps what its functions remember; its order begins anew.
func TestNestedSetKeepsState(t *testing.T) {
	j := &journal{}
	c := class(func(*tasks.User) tasks.TaskSet {
		entries, reads := 0, 0
		return tasks.TaskSet{Tasks: []tasks.Task{{Name: "forum", Set: &tasks.TaskSet{
			Sequential: true,
			OnStart:    func(context.Context) error { entries++; return nil },
			Tasks: []tasks.Task{
				{Name: "read", Run: func(context.Context) error {
					reads++
					j.add(fmt.Sprintf("entry %d read %d", entries, reads))
					if entries == 3 {
						return tasks.StopUser
					}
					return tasks.InterruptTaskSet
				}},
				{Name: "never", Run: j.says("never", nil)},
			},
		}}}}
	})
	c.Run(t.Context(), j.driver())
	j.expect(t, "entry 1 read 1; entry 2 read 2; entry 3 read 3", "")
}

func TestUserKnowsItsWorker(t *testing.T) {
	var got string
	d := tasks.Driver{Number: 41, Environment: tasks.Environment{WorkerIndex: 2, Options: tasks.Options{"cart": int64(3)}}}
	d.Send = func(typ string, data any) error { return fmt.Errorf("%s %v", typ, data) }
	for _, host := range []string{"", "http://master"} {
		d.Host = host
		c := class(func(u *tasks.User) tasks.TaskSet {
			got += fmt.Sprintln(u.Class, u.Number, u.Host, u.WorkerIndex, u.Options.Int("cart", 0), u.Send("hello", 1))
			return tasks.TaskSet{Tasks: []tasks.Task{{Name: "end", Run: func(context.Context) error { return tasks.StopUser }}}}
		})
		c.Host = "http://class"
		c.Run(t.Context(), d)
	}
	if want := "Visitor 41 http://class 2 3 hello 1\nVisitor 41 http://master 2 3 hello 1\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A panic in New, or an invalid set, is an exception, and the user ends.
func TestPanicInNew(t *testing.T) {
	for want, build := range map[string]func(*tasks.User) tasks.TaskSet{
		"New: panic: no data": func(u *tasks.User) tasks.TaskSet {
			u.Cleanup(func() { panic("clean") })
			panic("no data")
		},
		`New: tasks: user class "Visitor": has no tasks`: func(*tasks.User) tasks.TaskSet { return tasks.TaskSet{} },
		`New: tasks: user class "Visitor": task 1 "t": neither Run nor Set is set`: func(*tasks.User) tasks.TaskSet {
			return tasks.TaskSet{Tasks: []tasks.Task{{Name: "t"}}}
		},
	} {
		j := &journal{}
		class(build).Run(t.Context(), j.driver())
		if len(j.exceptions) == 0 || j.exceptions[0] != want {
			t.Errorf("exceptions %q, want %s", j.exceptions, want)
		}
		if len(j.panics) > 0 && (len(j.panics) != 2 || j.exceptions[1] != "Cleanup: panic: clean") {
			t.Errorf("exceptions %q, want that of Cleanup, too", j.exceptions)
		}
	}
}

// Cleanup functions run last, the one added last first, whatever ends the user.
func TestCleanup(t *testing.T) {
	for name, end := range map[string]func(context.Context) error{
		"stop":   func(context.Context) error { return tasks.StopUser },
		"goexit": func(context.Context) error { runtime.Goexit(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			j := &journal{}
			c := class(func(u *tasks.User) tasks.TaskSet {
				u.Cleanup(func() { j.add("first"); u.Cleanup(func() { j.add("added late") }) })
				u.Cleanup(func() { panic("second") })
				u.Cleanup(func() { j.add("third") })
				return tasks.TaskSet{OnStop: j.says("stop", nil), Tasks: []tasks.Task{{Name: "end", Run: end}}}
			})
			done := make(chan struct{})
			go func() {
				defer close(done)
				c.Run(t.Context(), j.driver())
			}()
			<-done
			j.expect(t, "stop; third; first; added late", "Cleanup: panic: second")
		})
	}
}

// Paused holds a user back from its next task; a stop goes before it.
func TestPaused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, stop := &journal{}, make(chan struct{})
		var pause atomic.Pointer[chan struct{}]
		pause.Store(new(chan struct{}))
		hold := func() chan struct{} {
			c := make(chan struct{})
			pause.Store(&c)
			return c
		}
		d := j.driver()
		d.Stopping = stop
		d.Paused = func() <-chan struct{} { return *pause.Load() }
		c := fixed(tasks.TaskSet{OnStop: j.says("stop", nil), Tasks: []tasks.Task{{Name: "t", Run: j.says("t", nil)}}})
		c.WaitTime = tasks.Constant(time.Second)
		go c.Run(t.Context(), d)
		<-time.After(1500 * time.Millisecond)
		held := hold()
		<-time.After(time.Hour)
		j.expect(t, "t; t", "")
		close(held) // a closed channel holds nobody back
		<-time.After(1500 * time.Millisecond)
		j.expect(t, "t; t; t; t", "")
		hold()
		<-time.After(time.Hour)
		close(stop)
		synctest.Wait()
		j.expect(t, "t; t; t; t; stop", "")
	})
}
