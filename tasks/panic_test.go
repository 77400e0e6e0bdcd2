package tasks_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

func goexit() { runtime.Goexit() }

func sortLines(j *journal) { slices.Sort(j.lines) }

type visitor struct{ lists [][]int }

func (v *visitor) browse(ctx context.Context) error { v.open(len(v.lists)); return ctx.Err() }

func (v *visitor) open(i int) { v.lists[i][0]++ }

// Equal panics of different users give equal texts, without numbers of goroutines,
// addresses and arguments, from the panic up to the task.
func TestEqualPanicsHaveEqualTexts(t *testing.T) {
	j := &journal{}
	c := class(func(u *tasks.User) tasks.TaskSet {
		v := &visitor{}
		return tasks.TaskSet{Sequential: true, Tasks: []tasks.Task{
			{Run: v.browse},
			{Name: "nested", Set: &tasks.TaskSet{Sequential: true, Tasks: []tasks.Task{
				{Run: v.browse}, {Name: "end", Run: func(context.Context) error { return tasks.StopUser }},
			}}},
		}}
	})
	var users sync.WaitGroup
	for range 10 {
		users.Go(func() { c.Run(t.Context(), j.driver()) })
		users.Go(func() {
			func() { c.Run(t.Context(), j.driver()) }()
		})
	}
	users.Wait()
	if len(j.panics) != 40 {
		t.Fatalf("%d panics, want 40", len(j.panics))
	}
	const pkg = "github.com/hopperband/hopperband/tasks_test"
	want := pkg + ".(*visitor).open\n\t" + pkg + "/panic_test.go:24\n" +
		pkg + ".(*visitor).browse\n\t" + pkg + "/panic_test.go:22\n"
	for i, p := range j.panics {
		if p.Stack != want {
			t.Fatalf("stack:\n%swant:\n%s", p.Stack, want)
		}
		if e := j.exceptions[i]; e != "browse: panic: runtime error: index out of range [0] with length 0" {
			t.Fatalf("exception %q", e)
		}
	}
}

// The stack goes through Measure and its own frames do not end it.
func TestPanicStackThroughMeasure(t *testing.T) {
	j := &journal{}
	once(t.Context(), j.driver(), func(ctx context.Context, u *tasks.User) error {
		return u.Measure(ctx, "X", "r", func(context.Context) error { return (&visitor{}).browse(ctx) })
	})
	if len(j.panics) != 1 {
		t.Fatalf("%d panics", len(j.panics))
	}
	var functions []string
	for line := range strings.Lines(j.panics[0].Stack) {
		if !strings.HasPrefix(line, "\t") {
			functions = append(functions, line[strings.LastIndex(line, "/")+1:len(line)-1])
		}
	}
	got := strings.Join(functions, " ")
	for _, want := range []string{"tasks_test.(*visitor).open tasks_test.(*visitor).browse", "tasks.(*User).Measure tasks_test.TestPanicStackThroughMeasure"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	for _, no := range []string{"runtime", "testing", "(*User).run", "(*User).loop", "Run", "0x"} {
		if strings.Contains(got, no) {
			t.Errorf("%q has %q", got, no)
		}
	}
}

func recurse(n int) int {
	if n == 0 {
		panic("deep")
	}
	return recurse(n-1) + 1
}

func TestPanicStackIsBounded(t *testing.T) {
	j := &journal{}
	for _, n := range []int{500, 600} {
		once(t.Context(), j.driver(), func(context.Context, *tasks.User) error { recurse(n); return nil })
	}
	if n := strings.Count(j.panics[0].Stack, "recurse"); n < 10 || n > 64 {
		t.Errorf("%d frames", n)
	}
	if j.panics[0].Stack != j.panics[1].Stack {
		t.Error("stacks differ")
	}
}

type point struct{ X *int }

type stringer struct{ name string }

func (s *stringer) String() string { return s.name }

func TestPanicTexts(t *testing.T) {
	for want, v := range map[string]any{
		"panic: text":                            "text",
		"panic: 42":                              42,
		"panic: 1.5":                             1.5,
		"panic: bug":                             errBug,
		"panic: name":                            &stringer{"name"},
		"panic: value of type tasks_test.point":  point{new(int)},
		"panic: value of type *tasks_test.point": &point{},
		"panic: value of type uintptr":           uintptr(7),
		"panic: <nil>":                           (*stringer)(nil),
		"panic: panic called with nil argument":  nil,
	} {
		j := &journal{}
		once(t.Context(), j.driver(), func(context.Context, *tasks.User) error { panic(v) })
		if got := fmt.Sprint(j.exceptions); got != "[once: "+want+"]" {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// A panic with a control error or a failed request is a bug all the same.
func TestPanicWithErrorIsAnException(t *testing.T) {
	for _, err := range []error{tasks.StopUser, &tasks.RequestError{Err: errBug}} {
		j := &journal{}
		once(t.Context(), j.driver(), func(context.Context, *tasks.User) error { panic(err) })
		if len(j.panics) != 1 || !errors.Is(j.panics[0].Value.(error), err) {
			t.Errorf("%v: exceptions %v", err, j.exceptions)
		}
	}
}
