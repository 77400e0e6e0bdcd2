package worker

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// --config-users changes the classes of a worker before its first test, and
// --equal-weights their tasks: those of nested sets without their sets.
func TestConfiguredUsers(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"", "A one http://target none0, A two http://target none0"},
		{`--config-users {"user_class_name":"A","plan":"gold","limit":7,"weight":9} {"user_class_name":"B","plan":"red"}`, "A one http://target gold7, A two http://target gold7"},
		{`--config-users [{"user_class_name":"A","tasks":["two"],"host":"http://a"}]`, "A two http://target none0"},
		{"--config-users", "A one http://target none0, A two http://target none0"},
		{"--equal-weights", "A nested one http://target none0, A one http://target none0, A two http://target none0"},
	} {
		n := &notebook{}
		a, nested := n.class("A", "one", "two"), n.class("A", "nested one")
		class := &tasks.UserClass{Name: "A", WaitTime: a.WaitTime, New: func(u *tasks.User) tasks.TaskSet {
			ts, set := a.New(u), nested.New(u)
			set.OnStart = func(context.Context) error { return tasks.InterruptTaskSet } // never run without its set
			ts.Tasks = append(ts.Tasks, tasks.Task{Name: "set", Set: &set})
			return ts
		}}
		c := command{classes: []*tasks.UserClass{class}, all: []*tasks.UserClass{class, n.class("B", "one")}}
		s := newSettings(Config{}, nil)
		if _, err := s.set.Parse(strings.Fields(tt.args), func(string) (string, bool) { return "", false }); err != nil {
			t.Fatal(err)
		}
		if err := c.configureUsers(s); err != nil {
			t.Fatal(err)
		}
		play(t, c.cfg, func(s *script) {
			s.register()
			s.spawn(0, "A", 1)
			s.wait(10 * time.Second)
		}, c.classes...)
		if got := strings.Join(slices.Sorted(maps.Keys(n.done)), ", "); got != tt.want {
			t.Errorf("%s: %s\nwant %s", tt.args, got, tt.want)
		}
	}
}

func TestConfiguredUsersMistakes(t *testing.T) {
	for args, want := range map[string]string{
		`--config-users {"user_class_name":"Nobody"}`: `"Nobody"`,
		`--config-users nothing.json`:                 "nothing.json",
		`--config-users 5`:                            "JSON",
		`--config-users {"colour":"blue"}`:            "user_class_name",
		`--allow-host *.staging --config-users {"user_class_name":"A","host":"http://production"}`:                 "--allow-host",
		`--headless -t 1 --allow-host *.staging --config-users {"user_class_name":"A","host":"http://production"}`: "--allow-host",
		`--run-once A --allow-host *.staging --config-users {"user_class_name":"A","host":"http://production"}`:    "--allow-host",
	} {
		code, _, stderr := call(args, nil, worksFor("A", time.Second))
		if code != 2 || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit code %d, %q", args, code, stderr)
		}
	}
}
