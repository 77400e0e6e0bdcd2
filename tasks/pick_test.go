package tasks_test

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// picks runs the set until n tasks have run, and returns their names.
func picks(t *testing.T, ts tasks.TaskSet, n int) []string {
	t.Helper()
	var names []string
	for i := range ts.Tasks {
		name := ts.Tasks[i].Name
		ts.Tasks[i].Run = func(context.Context) error {
			if names = append(names, name); len(names) == n {
				return tasks.StopUser
			}
			return nil
		}
	}
	j := &journal{}
	fixed(ts).Run(t.Context(), j.driver())
	j.expect(t, "", "")
	return names
}

func TestSequentialWeights(t *testing.T) {
	got := picks(t, tasks.TaskSet{Sequential: true, Tasks: []tasks.Task{{Name: "a"}, {Name: "b", Weight: 3}, {Name: "c", Weight: 1}}}, 12)
	if want := "a b b b c a b b b c a b"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestPickByWeight(t *testing.T) {
	const n = 40_000
	count := map[string]float64{}
	for _, name := range picks(t, tasks.TaskSet{Tasks: []tasks.Task{{Name: "a"}, {Name: "b", Weight: 4}, {Name: "c", Weight: 2}, {Name: "d", Weight: 1}}}, n) {
		count[name]++
	}
	for name, want := range map[string]float64{"a": 0.125, "b": 0.5, "c": 0.25, "d": 0.125} {
		if got := count[name] / n; math.Abs(got-want) > 0.02 {
			t.Errorf("%s ran %.3f of the time, want %.3f", name, got, want)
		}
	}
}

func TestTransitions(t *testing.T) {
	type to = map[string]int
	const n = 40_000
	count := map[string]float64{}
	last := ""
	for _, name := range picks(t, tasks.TaskSet{Tasks: []tasks.Task{
		{Name: "a", Transitions: to{"b": 3, "c": 1}},
		{Name: "b", Transitions: to{"a": 1, "c": 0}},
		{Name: "c", Transitions: to{"c": 1, "a": 1}},
	}}, n) {
		count[last+name]++
		last = name
	}
	if count["a"] != 1 || count["bc"]+count["cb"]+count["aa"] > 0 {
		t.Errorf("steps %v", count)
	}
	for step, want := range map[string]float64{"ab": 0.75, "ac": 0.25} {
		if got := count[step] / (count["ab"] + count["ac"]); math.Abs(got-want) > 0.02 {
			t.Errorf("%s: %.3f, want %.3f", step, got, want)
		}
	}
}

// Locust's rule (locust/user/task.py): one of the tags, where there are any, and none of
// the excluded ones; a nested set hands its tags down, and vanishes when it is empty.
func TestTags(t *testing.T) {
	for _, tt := range []struct{ tags, exclude, want string }{
		{"", "", "both deep hidden inner plain slow"},
		{"slow", "", "both hidden slow"},
		{"fast", "", "both"},
		{"slow fast", "", "both hidden slow"},
		{"", "slow", "deep inner plain"},
		{"slow", "fast", "hidden slow"},
		{"forum", "", "deep inner"},
		{"deep", "", "deep"},
		{"forum", "deep", "inner"},
		{"", "slow forum", "plain"},
	} {
		ran := map[string]bool{}
		n := 0
		leaf := func(name string, tags ...string) tasks.Task {
			return tasks.Task{Name: name, Tags: tags, Run: func(context.Context) error {
				ran[name] = true
				if n++; n == 500 {
					return tasks.StopUser
				}
				return tasks.InterruptTaskSet // at the root it is an exception, which nobody hears
			}}
		}
		set := func(ts ...tasks.Task) *tasks.TaskSet { return &tasks.TaskSet{Tasks: ts} }
		fixed(tasks.TaskSet{Tasks: []tasks.Task{
			leaf("plain"), leaf("slow", "slow"), leaf("both", "slow", "fast"),
			{Name: "forum", Tags: []string{"forum"}, Set: set(
				leaf("inner"),
				tasks.Task{Name: "deeper", Tags: []string{"deep"}, Set: set(leaf("deep"))},
			)},
			{Name: "other", Set: set(leaf("hidden", "slow"))},
		}}).Run(t.Context(), tasks.Driver{Environment: tasks.Environment{
			Tags: strings.Fields(tt.tags), ExcludeTags: strings.Fields(tt.exclude),
		}})
		if got := strings.Join(slices.Sorted(maps.Keys(ran)), " "); got != tt.want {
			t.Errorf("tags %q, excluded %q: ran %q, want %q", tt.tags, tt.exclude, got, tt.want)
		}
	}
}

// A class whose tasks are all filtered out says so once, runs nothing and waits.
func TestTagsLeaveNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, stop, begin := &journal{}, make(chan struct{}), time.Now()
		time.AfterFunc(time.Hour, func() { close(stop) })
		d := j.driver()
		d.Stopping, d.Tags = stop, []string{"none"}
		fixed(tasks.TaskSet{
			OnStart: j.says("start", nil), OnStop: j.says("stop", nil),
			Tasks: []tasks.Task{{Name: "t", Run: j.says("t", nil)}},
		}).Run(t.Context(), d)
		j.expect(t, "", `New: tasks: user class "Visitor": the tags ["none"] and the excluded tags [] leave no task`)
		if d := time.Since(begin); d != time.Hour {
			t.Errorf("ended after %v", d)
		}
	})
}

// Where the tags cut a Markov chain, it begins anew.
func TestTagsCutTransitions(t *testing.T) {
	var got []string
	step := func(name, to string, tags ...string) tasks.Task {
		return tasks.Task{Name: name, Tags: tags, Transitions: map[string]int{to: 1}, Run: func(context.Context) error {
			if got = append(got, name); len(got) == 5 {
				return tasks.StopUser
			}
			return nil
		}}
	}
	fixed(tasks.TaskSet{Tasks: []tasks.Task{step("a", "b"), step("b", "c"), step("c", "a", "slow")}}).
		Run(t.Context(), tasks.Driver{Environment: tasks.Environment{ExcludeTags: []string{"slow"}}})
	if fmt.Sprint(got) != "[a b a b a]" {
		t.Errorf("ran %v", got)
	}
}
