package worker

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/protocol"
	"github.com/hopperband/hopperband/tasks"
)

// A flood of exceptions is passed on bit by bit, with its true number in the end.
func TestExceptionFlood(t *testing.T) {
	e := newExceptions(zerolog.Nop())
	for range 45 {
		e.add("A", "buy", errors.New("sold out"))
	}
	e.add("A", "pay", errors.New("no money"))
	now := time.Now()
	var sent []*protocol.Exception
	drain := func() int {
		before := len(sent)
		e.drain(now, func(m protocol.Message) bool { sent = append(sent, m.(*protocol.Exception)); return true })
		return len(sent) - before
	}
	for i, want := range []int{21, 0, 20, 5, 0} {
		if i != 1 { // the second drain falls into the same second
			now = now.Add(time.Second)
		}
		if got := drain(); got != want {
			t.Errorf("drain %d passed on %d, want %d", i, got, want)
		}
	}
	if sent[0].Msg != "sold out" || sent[0].Traceback != "A.buy returned an error:\n*errors.errorString: sold out" {
		t.Errorf("%+v", sent[0])
	}
}

func TestExceptionsStayWhenTheLinkIsFull(t *testing.T) {
	e := newExceptions(zerolog.Nop())
	e.add("A", "buy", errors.New("sold out"))
	e.drain(time.Now(), func(protocol.Message) bool { return false })
	sent := 0
	e.drain(time.Now(), func(protocol.Message) bool { sent++; return true })
	if sent != 1 {
		t.Errorf("%d passed on", sent)
	}
}

func TestExceptionKindsAreBounded(t *testing.T) {
	e := newExceptions(zerolog.Nop())
	for i := range 3 * exceptionKinds {
		e.add("A", "buy", fmt.Errorf("order %d", i))
	}
	if got := len(e.kinds); got != exceptionKinds+1 {
		t.Errorf("%d kinds", got)
	}
	e.clear()
	if len(e.kinds)+len(e.order) != 0 {
		t.Error("a new test begins with the old one's exceptions")
	}
}

// A long text is cut between two characters.
func TestLongExceptions(t *testing.T) {
	e := newExceptions(zerolog.Nop())
	for _, text := range []string{"", "x", "xx"} {
		e.add("A", "buy", errors.New(text+strings.Repeat("\u4e16", exceptionTrace)))
	}
	e.drain(time.Now(), func(m protocol.Message) bool {
		x := m.(*protocol.Exception)
		if !utf8.ValidString(x.Msg+x.Traceback) || len(x.Msg) < exceptionText-3 || len(x.Msg) > exceptionText+3 {
			t.Errorf("%d bytes, ending with %q and %q", len(x.Msg), x.Msg[len(x.Msg)-8:], x.Traceback[len(x.Traceback)-8:])
		}
		return true
	})
}

// What is one too many kind is counted and logged once: a line of each would be a flood.
func TestExceptionKindsAreLogged(t *testing.T) {
	var log strings.Builder
	e := newExceptions(zerolog.New(&log))
	for i := range exceptionKinds + 50 {
		e.add("A", "buy", fmt.Errorf("order %d", i))
	}
	if got := strings.Count(log.String(), "\n"); got != exceptionKinds+1 {
		t.Errorf("%d lines, want one of each kind and one of the others", got)
	}
	waiting := int64(0)
	for _, x := range e.kinds {
		waiting += x.waiting
	}
	if waiting != exceptionKinds+50 {
		t.Errorf("%d exceptions are to be passed on", waiting)
	}
}

// Floods of some kinds do not keep another kind from the master, nor does a full link.
func TestExceptionsTakeTurns(t *testing.T) {
	for _, room := range []int{exceptionsInAll, exceptionsOfKind} {
		e := newExceptions(zerolog.Nop())
		for kind := range 12 {
			for range 1000 {
				e.add("A", "buy", fmt.Errorf("kind %d", kind))
			}
		}
		now, got := time.Now(), map[string]int{}
		for range 12 {
			now = now.Add(time.Second)
			left := room
			e.drain(now, func(m protocol.Message) bool {
				if left == 0 {
					return false
				}
				left--
				got[m.(*protocol.Exception).Msg]++
				return true
			})
		}
		for kind := range 12 {
			if n := got[fmt.Sprint("kind ", kind)]; n < room/2 {
				t.Errorf("with room for %d: kind %d was passed on %d times of %v", room, kind, n, got)
			}
		}
	}
}

// An unreadable is an error of which a nil pointer cannot tell its text.
type unreadable struct{ text string }

func (u *unreadable) Error() string { return u.text }

// A nil pointer in an error is an exception like any other.
func TestExceptionOfNilPointer(t *testing.T) {
	class := &tasks.UserClass{Name: "A", WaitTime: tasks.Constant(time.Second), New: func(*tasks.User) tasks.TaskSet {
		return tasks.TaskSet{Tasks: []tasks.Task{{Name: "buy", Run: func(context.Context) error { return (*unreadable)(nil) }}}}
	}}
	play(t, Config{}, func(s *script) {
		s.register()
		s.spawn(0, "A", 1)
		s.wait(1500 * ms)
		if got := s.w.exceptions.counts()["A"]; got != 2 || s.w.swarm.total() != 1 {
			t.Errorf("%d exceptions, %d users", got, s.w.swarm.total())
		}
		if got := s.take(); !strings.Contains(got, "exception") {
			t.Errorf("posted %q", got)
		}
	}, class)
}

// What tasks return and panic with comes to the master, failed requests do not.
func TestTaskExceptions(t *testing.T) {
	class := &tasks.UserClass{Name: "A", WaitTime: tasks.Constant(time.Hour), New: func(u *tasks.User) tasks.TaskSet {
		return tasks.TaskSet{Sequential: true, WaitTime: tasks.Constant(10 * ms), Tasks: []tasks.Task{
			{Name: "fails", Run: func(ctx context.Context) error {
				return u.Measure(ctx, "GET", "/", func(context.Context) error { return errors.New("status 500") })
			}},
			{Name: "errs", Run: func(context.Context) error { return errors.New("bug") }},
			{Name: "panics", Run: func(context.Context) error { panic("boom") }},
			{Name: "ends", Run: func(context.Context) error { return tasks.StopUser }},
		}}
	}}
	play(t, Config{}, func(s *script) {
		s.register()
		s.spawn(0, "A", 1)
		s.wait(2 * time.Second)
		s.mu.Lock()
		defer s.mu.Unlock()
		var got []string
		for _, m := range s.posted {
			if x, ok := m.(*protocol.Exception); ok {
				got = append(got, x.Msg)
			}
		}
		if want := "bug|panic: boom"; strings.Join(got, "|") != want {
			t.Errorf("exceptions %q, want %q", got, want)
		}
	}, class)
}
