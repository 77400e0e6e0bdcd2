package worker

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/protocol"
	"github.com/hopperband/hopperband/tasks"
)

// TestTagsOfTheWorker: those of the master go before those of the worker, each list by
// itself.
func TestTagsOfTheWorker(t *testing.T) {
	for _, tt := range []struct {
		name    string
		own     Config
		options map[string]any
		want    string // the tasks that run
	}{
		{"none", Config{}, nil, "abc"},
		{"of the worker", Config{Tags: []string{"x", "y"}, ExcludeTags: []string{"y"}}, map[string]any{"tags": nil, "exclude_tags": []any{}}, "a"},
		{"of the web UI", Config{Tags: []string{"x"}}, map[string]any{"tags": "y,z"}, "b"},
		{"of the master", Config{Tags: []string{"x"}}, map[string]any{"tags": []any{"y"}}, "b"},
		{"of both", Config{Tags: []string{"x"}, ExcludeTags: []string{"z"}}, map[string]any{"exclude_tags": []any{"y"}}, "a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ran := make(chan string, 100)
			play(t, tt.own, func(s *script) {
				s.register()
				s.stamp++
				s.master(&protocol.Spawn{Timestamp: s.stamp, UserClassesCount: map[string]int{"Tagged": 1}, ParsedOptions: tt.options})
				s.wait(2 * time.Second)
			}, tagged(ran))
			got := map[string]bool{}
			for len(ran) > 0 {
				got[<-ran] = true
			}
			for _, name := range []string{"a", "b", "c"} {
				if want := strings.Contains(tt.want, name); got[name] != want {
					t.Errorf("task %s: %v, want %v", name, got[name], want)
				}
			}
		})
	}
}

// tagged is a user class with three tasks, in turn, that say their names.
func tagged(ran chan<- string) *tasks.UserClass {
	return &tasks.UserClass{Name: "Tagged", New: func(*tasks.User) tasks.TaskSet {
		do := func(name string, tags ...string) tasks.Task {
			return tasks.Task{Name: name, Tags: tags, Run: func(ctx context.Context) error {
				ran <- name
				return tasks.Sleep(ctx, 100*time.Millisecond)
			}}
		}
		return tasks.TaskSet{Sequential: true, Tasks: []tasks.Task{do("a", "x"), do("b", "y"), do("c")}}
	}}
}

// TestConnectForEver waits for a master for longer than anything lasts.
func TestConnectForEver(t *testing.T) {
	cfg, err := configured(t, Config{}, "--connect-timeout 0", nil)
	if err != nil {
		t.Fatal(err)
	}
	play(t, cfg, func(s *script) {
		s.wait(12 * time.Hour)
		s.register()
		if got := s.take(); !strings.HasPrefix(got, "client_ready") {
			t.Errorf("posted %q after twelve hours, want client_ready", got)
		}
	}, worksFor("A", time.Second))
}
