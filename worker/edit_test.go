package worker

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/protocol"
	"github.com/hopperband/hopperband/tasks"
)

// An edit of a user class is for the users that are started after it.
func TestClassEdit(t *testing.T) {
	var d diary
	note := func(u *tasks.User, task string) func(context.Context) error {
		return func(context.Context) error {
			d.add(task + "@" + u.Host + ":" + u.Options.String("colour", "none"))
			return nil
		}
	}
	class := &tasks.UserClass{Name: "A", Host: "own", WaitTime: tasks.Constant(time.Hour), New: func(u *tasks.User) tasks.TaskSet {
		return tasks.TaskSet{Sequential: true, Tasks: []tasks.Task{{Name: "first", Run: note(u, "first")}, {Name: "look around", Run: note(u, "second")}}}
	}}
	play(t, Config{}, func(s *script) {
		s.register()
		n := 0
		start := func(host string) {
			n++
			s.stamp++
			s.master(&protocol.Spawn{Timestamp: s.stamp, UserClassesCount: map[string]int{"A": n}, Host: host, ParsedOptions: map[string]any{"colour": "red"}})
			s.wait(time.Second)
		}
		change := func(attributes map[string]any) {
			s.master(&protocol.UpdateUserClass{UserClassName: "A", Attributes: attributes})
		}
		start("")
		change(map[string]any{"host": "edited", "tasks": []any{"look_around"}, "colour": "blue", "weight": int64(5)})
		start("")
		start("masters")
		change(map[string]any{"tasks": []any{"run_by_a_go_worker"}}) // of a locustfile without our tasks
		start("")
		s.master(&protocol.UpdateUserClass{UserClassName: "Nobody", Attributes: map[string]any{"host": "x"}})
		start("")
	}, class)
	const want = "first@own:red second@edited:blue second@masters:blue first@edited:blue first@edited:blue"
	if got := d.String(); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// An edit gets around --allow-host no more than a spawn does.
func TestClassEditOfHost(t *testing.T) {
	var d diary
	var log lockedBuffer
	class := &tasks.UserClass{Name: "A", WaitTime: tasks.Constant(time.Hour), New: func(u *tasks.User) tasks.TaskSet {
		return tasks.TaskSet{Tasks: []tasks.Task{{Name: "note", Run: func(context.Context) error { d.add("@" + u.Host); return nil }}}}
	}}
	play(t, Config{AllowHosts: []string{"*.staging"}, Log: zerolog.New(&log).Level(zerolog.WarnLevel)}, func(s *script) {
		s.register()
		for i, host := range []any{"http://shop.staging", "http://production", 5, nil} {
			s.master(&protocol.UpdateUserClass{UserClassName: "A", Attributes: map[string]any{"host": host}})
			s.master(&protocol.Spawn{Timestamp: float64(time.Now().Unix()), UserClassesCount: map[string]int{"A": i + 1}})
			s.wait(time.Second)
		}
	}, class)
	if got, want := d.String(), "@http://shop.staging @http://shop.staging @http://shop.staging @"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if got := log.String(); strings.Count(got, "\n") != 2 || !strings.Contains(got, "http://production") || !strings.Contains(got, "--allow-host") {
		t.Errorf("log: %s", got)
	}
}
