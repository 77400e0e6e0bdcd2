package worker

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// A notebook has what users have done, each thing once.
type notebook struct {
	mu   sync.Mutex
	done map[string]int
}

func (n *notebook) note(what string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.done == nil {
		n.done = map[string]int{}
	}
	n.done[what]++
}

// class is one whose tasks note what they are and what their user knows.
func (n *notebook) class(name string, all ...string) *tasks.UserClass {
	return &tasks.UserClass{Name: name, WaitTime: tasks.Constant(100 * ms), New: func(u *tasks.User) tasks.TaskSet {
		var ts tasks.TaskSet
		for _, task := range all {
			ts.Tasks = append(ts.Tasks, tasks.Task{Name: task, Run: func(context.Context) error {
				n.note(fmt.Sprint(name, " ", task, " ", u.Host, " ", u.Options.String("plan", "none"), u.Options.Int("limit", 0)))
				return nil
			}})
		}
		return ts
	}}
}

func TestConfigUsers(t *testing.T) {
	file := filepath.Join(t.TempDir(), "users.json")
	if err := os.WriteFile(file, []byte(`[{"user_class_name": "B", "fixed_count": 3}, {"user_class_name": "C", "weight": 0}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	d := &notebook{}
	var users map[string]int
	cfg := Config{OnSpawningComplete: func(n int) { users = map[string]int{"all": n} }}
	edit := `{"user_class_name":"A","tasks":["two"],"host":"http://a","plan":"gold","limit":7}`
	s := perform(t, cfg, "--headless -t 3s -u 5 -r 5 --config-users "+edit+" "+file, 0, d.class("A", "one", "two"), d.class("B", "one"), d.class("C", "one"))
	if s.code != 0 || users["all"] != 5 {
		t.Fatalf("exit code %d, %v users:\n%s", s.code, users, s.err)
	}
	var kinds []string
	for what := range d.done {
		kinds = append(kinds, what)
	}
	slices.Sort(kinds)
	if got := strings.Join(kinds, ", "); got != "A two http://a gold7, B one  none0" {
		t.Errorf("done: %s", got)
	}
	if strings.Contains(s.err, `"warn"`) {
		t.Errorf("warned of something:\n%s", s.err)
	}
	if a, b := d.done["A two http://a gold7"], d.done["B one  none0"]; a*3 < b*2-9 || a*3 > b*2+9 {
		t.Errorf("%d tasks of A and %d of B: not two and three users", a, b)
	}
}

// The host of the command line goes before that of a configuration.
func TestConfigUsersHost(t *testing.T) {
	d := &notebook{}
	perform(t, Config{}, `--headless -t 1s -H http://all --config-users {"user_class_name":"A","host":"http://a"}`, 0, d.class("A", "one"))
	if len(d.done) != 1 || d.done["A one http://all none0"] == 0 {
		t.Errorf("done: %v", d.done)
	}
}

// Classes and tasks are equal, those of nested sets without their sets, but with the tags
// of these.
func TestEqualWeights(t *testing.T) {
	n := &notebook{}
	inner, first := n.class("A", "inner", "deep"), n.class("A", "first")
	heavy := &tasks.UserClass{Name: "A", Weight: 9, WaitTime: tasks.Constant(ms), New: func(u *tasks.User) tasks.TaskSet {
		set, ts := inner.New(u), first.New(u)
		ts.Tasks[0].Weight = 50
		ts.Tasks = append(ts.Tasks, ts.Tasks[0], tasks.Task{Name: "set", Tags: []string{"tag"}, Set: &set})
		ts.Sequential = true
		return ts
	}}
	s := perform(t, Config{}, "--headless -t 10s -u 2 -r 2 --equal-weights", 0, heavy, n.class("B", "one"))
	if s.code != 0 || n.done["B one  none0"] < 90 {
		t.Fatalf("exit code %d, done %v:\n%s", s.code, n.done, s.err)
	}
	for _, task := range []string{"first", "inner", "deep"} {
		if done := n.done["A "+task+"  none0"]; done < 2500 || done > 4500 {
			t.Errorf("%s was done %d times of 10000", task, done)
		}
	}
	before := n.done["A first  none0"]
	perform(t, Config{}, "--headless -t 1s --equal-weights --tags tag", 0, heavy)
	if n.done["A first  none0"] != before || n.done["A inner  none0"]+n.done["A deep  none0"] < 10000-before+900 {
		t.Errorf("with a tag: %v", n.done)
	}
}

// An edit of a class that the command line has not picked is no mistake.
func TestConfigUsersOfOthers(t *testing.T) {
	n := &notebook{}
	s := perform(t, Config{}, `--headless A -t 1s --config-users {"user_class_name":"B","plan":"gold"}`, 0, n.class("A", "one"), n.class("B", "one"))
	if len(n.done) != 1 || s.code != 0 || strings.Contains(s.err, `"warn"`) {
		t.Errorf("exit code %d, done %v:\n%s", s.code, n.done, s.err)
	}
}
