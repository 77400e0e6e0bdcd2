package worker

import (
	"context"
	"os"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// shop are the classes whose ratios Locust 2.47.0 has printed into testdata.
func shop() []*tasks.UserClass {
	do := func(name string, weight int) tasks.Task {
		return tasks.Task{Name: name, Weight: weight, Run: func(context.Context) error { return nil }}
	}
	forum := &tasks.TaskSet{Tasks: []tasks.Task{do("read", 1), do("write", 2)}}
	class := func(name string, weight, fixed int, all ...tasks.Task) *tasks.UserClass {
		return &tasks.UserClass{Name: name, Weight: weight, FixedCount: fixed, New: func(*tasks.User) tasks.TaskSet { return tasks.TaskSet{Tasks: all} }}
	}
	return []*tasks.UserClass{
		class("Shopper", 3, 0, do("browse", 3), do("pay", 1), tasks.Task{Name: "Forum", Weight: 2, Set: forum}),
		class("Admin", 0, 0, do("look", 0)),
		class("Guard", 0, 2, do("watch", 0)),
	}
}

func TestTaskRatio(t *testing.T) {
	for _, tt := range []struct{ args, file string }{
		{"--show-task-ratio Shopper Admin", "flag_ratio.txt"},
		{"--show-task-ratio-json Shopper Admin", "flag_ratio.json"},
		{"--show-task-ratio -u 7", "flag_ratio_fixed.txt"},
		{"--show-task-ratio-json", "flag_ratio_none.json"},
	} {
		want, err := os.ReadFile("testdata/" + tt.file)
		if err != nil {
			t.Fatal(err)
		}
		code, out, stderr := call(tt.args, nil, shop()...)
		if code != 0 || stderr != "" || out != string(want) {
			t.Errorf("%s: exit code %d, %s\n%s\nwant\n%s", tt.args, code, stderr, out, want)
		}
	}
}

func TestTaskRatioOfEqualNames(t *testing.T) {
	nothing := func(context.Context) error { return nil }
	all := []tasks.Task{{Name: "a", Run: nothing}, {Name: "b", Run: nothing, Weight: 2}, {Name: "a", Run: nothing}}
	got := taskRatios(all, 1, true)
	if len(got) != 2 || got[0].name != "a" || got[0].share != 0.5 || got[1].share != 0.5 {
		t.Errorf("%+v", got)
	}
}

func TestTaskRatioMistakes(t *testing.T) {
	panics := &tasks.UserClass{Name: "Panics", New: func(*tasks.User) tasks.TaskSet { panic("no") }}
	if code, _, stderr := call("--show-task-ratio", nil, panics); code != 2 || stderr == "" {
		t.Errorf("exit code %d, %q", code, stderr)
	}
	if code, _, stderr := call("--show-task-ratio -u many", nil, shop()...); code != 2 || stderr == "" {
		t.Errorf("exit code %d, %q", code, stderr)
	}
}
