package worker

import (
	"context"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/tasks"
)

func call(args string, env map[string]string, classes ...*tasks.UserClass) (code int, out, err string) {
	var stdout, stderr strings.Builder
	c := command{name: "quickstart", classes: classes, all: classes, out: &stdout, err: &stderr, untilSignal: untilSignal}
	code = c.run(strings.Fields(args), func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	return code, stdout.String(), stderr.String()
}

func TestMistakesEndWithTwo(t *testing.T) {
	good := worksFor("Good", time.Second)
	noTasks := &tasks.UserClass{Name: "Empty", New: func(*tasks.User) tasks.TaskSet { return tasks.TaskSet{} }}
	negative := &tasks.UserClass{Name: "Negative", Weight: -2, New: good.New}
	backwards := &tasks.UserClass{Name: "Backwards", New: good.New, WaitTime: tasks.Between(3*time.Second, time.Second)}
	tests := []struct {
		name    string
		args    string
		env     map[string]string
		classes []*tasks.UserClass
		want    []string
	}{
		{"no class", "", nil, nil, []string{"no user classes"}},
		{"two classes of one name", "", nil, []*tasks.UserClass{good, good}, []string{"Good"}},
		{"all mistakes at once", "", nil, []*tasks.UserClass{noTasks, negative, backwards}, []string{"Empty", "Negative", "-2", "Backwards", "3s", "1s"}},
		{"unknown flag", "--master-hots x", nil, []*tasks.UserClass{good}, []string{"--master-hots", "--master-host"}},
		{"unknown sub-command", "locustfle", nil, []*tasks.UserClass{good}, []string{"locustfle", "locustfile"}},
		{"port in the host", "--master-host 127.0.0.1:5557", nil, []*tasks.UserClass{good}, []string{"127.0.0.1:5557", "--master-port"}},
		{"port out of range", "--master-port 70000", nil, []*tasks.UserClass{good}, []string{"70000"}},
		{"bad variable", "", map[string]string{"LOCUST_MASTER_NODE_PORT": "x"}, []*tasks.UserClass{good}, []string{"LOCUST_MASTER_NODE_PORT", `"x"`}},
		{"bad switch in a variable", "", map[string]string{"LOCUST_MODE_WORKER": "maybe"}, []*tasks.UserClass{good}, []string{"LOCUST_MODE_WORKER", "maybe"}},
		{"log file below a file", "--logfile main_test.go/worker.log", nil, []*tasks.UserClass{good}, []string{"log file", "main_test.go"}},
		{"name that Python cannot have", "locustfile", nil, []*tasks.UserClass{{Name: "a-b", New: good.New}}, []string{"a-b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, out, err := call(tt.args, tt.env, tt.classes...)
			if code != 2 || out != "" {
				t.Errorf("exit code %d, output %q", code, out)
			}
			for _, want := range tt.want {
				if !strings.Contains(err, want) {
					t.Errorf("%q is not in:\n%s", want, err)
				}
			}
		})
	}
}

// What cannot be printed is no success: a settings file on a full disk would be an empty one.
func TestOutputOnAFullDisk(t *testing.T) {
	for _, args := range []string{"settings", "--list", "-V", "--help", "locustfile", "--show-task-ratio", "--run-once A"} {
		var stderr strings.Builder
		c := command{name: "quickstart", classes: []*tasks.UserClass{worksFor("A", ms)}, out: &disk{room: 10}, err: &stderr, untilSignal: untilSignal}
		c.all = c.classes
		code := c.run(append(strings.Fields(args), "--skip-log-setup"), func(string) (string, bool) { return "", false })
		if code == 0 || strings.Count(stderr.String(), "no space left") != 1 {
			t.Errorf("%s: exit code %d, %q", args, code, stderr.String())
		}
	}
}

func TestHelpAndVersion(t *testing.T) {
	code, out, _ := call("--help", nil, worksFor("Shopper", time.Second))
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{
		"--worker", "--master-host", "LOCUST_MASTER_NODE_HOST", "--master-port", "LOCUST_MASTER_NODE_PORT", "-H, --host", "LOCUST_HOST",
		"-L, --loglevel", "LOCUST_LOGLEVEL", "--logfile", "LOCUST_LOGFILE", "--log-format", "HOPPERBAND_LOG_FORMAT", "--version", "locustfile", "Shopper",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in:\n%s", want, out)
		}
	}
	if code, out, _ := call("-V", nil, worksFor("Shopper", time.Second)); code != 0 || !strings.Contains(out, "hopperband") {
		t.Errorf("-V: %d, %q", code, out)
	}
}

func TestLocustfile(t *testing.T) {
	with := func(c tasks.UserClass) *tasks.UserClass { c.New = worksFor("x", 1).New; return &c }
	code, out, err := call("locustfile", nil,
		with(tasks.UserClass{Name: "Shopper", Weight: 3, Host: `http://a"b`}), with(tasks.UserClass{Name: "Admin", FixedCount: 2}),
		&tasks.UserClass{Name: "Odd", New: func(*tasks.User) tasks.TaskSet {
			f := func(context.Context) error { return nil }
			return tasks.TaskSet{Tasks: []tasks.Task{
				{Name: "look around", Run: f, Weight: 4, Tags: []string{"slow", "ü"}},
				{Name: "look-around", Run: f},
				{Name: "class", Run: f},
				{Name: "again_2", Run: f},
				{Name: "again", Run: f},
				{Name: "again", Run: f},
				{Name: "json", Run: f},
				{Name: "__init__", Run: f},
			}}
		}})
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, err)
	}
	for _, want := range []string{
		"class Shopper(GoUser):\n    weight = 3\n    host = \"http://a\\\"b\"\n\n    @task(1)\n    def work(self):\n",
		"class Admin(GoUser):\n    weight = 1\n    fixed_count = 2\n",
		"    @tag(\"slow\", \"\\u00fc\")\n    @task(4)\n    def look_around(self):\n",
		"    @task(1)\n    def look_around_2(self):\n",
		"    @task(1)\n    def _class(self):\n",
		"    def again_2(self):\n", "    def again(self):\n", "    def again_3(self):\n",
		"    def _json(self):\n", // the web UI of a master calls the json of a class
		"    def ___init__(self):\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in:\n%s", want, out)
		}
	}
}

func TestAddress(t *testing.T) {
	for host, want := range map[string]string{
		"": "127.0.0.1:5557", "master": "master:5557", "::1": "[::1]:5557", "[::1]": "[::1]:5557", "10.0.0.1": "10.0.0.1:5557",
	} {
		cfg := Config{MasterHost: host}
		if err := cfg.check(); err != nil {
			t.Errorf("%q: %v", host, err)
		}
		if got := cfg.withDefaults().address(); got != want {
			t.Errorf("%q: %s, want %s", host, got, want)
		}
	}
}

func TestNodeID(t *testing.T) {
	a, err := newNodeID()
	b, _ := newNodeID()
	if err != nil || a == b || len(a) > 255 || !strings.Contains(a, "_") {
		t.Errorf("node IDs %q and %q, %v", a, b, err)
	}
}

// Each line about a connection says which of several workers it is of.
func TestProcessesInTheLog(t *testing.T) {
	var log lockedBuffer
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	cfg := Config{MasterPort: 1, Processes: 2, Log: zerolog.New(&log)}
	go func() { ended <- Run(ctx, cfg, worksFor("Shopper", time.Second)) }()
	for deadline := time.Now().Add(30 * time.Second); strings.Count(log.String(), "cannot reach master") < 2; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("no two lines: %s", log.String())
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(`"node_id":"([^"]+)","message":"cannot reach master`).FindAllStringSubmatch(log.String(), -1) {
		ids[m[1]] = true
	}
	if len(ids) != 2 {
		t.Errorf("%d node IDs in %s", len(ids), log.String())
	}
}

func TestRunRefusesBadDeclarations(t *testing.T) {
	good := worksFor("Good", time.Second)
	for _, tt := range []struct {
		cfg     Config
		classes []*tasks.UserClass
		want    string
	}{
		{Config{}, nil, "no user classes"},
		{Config{AllowHosts: []string{"*.staging", "["}}, []*tasks.UserClass{good}, `"["`},
		{Config{StopTimeout: -1}, []*tasks.UserClass{good}, "stop timeout"},
		{Config{MasterHost: "a:1"}, []*tasks.UserClass{good}, `"a:1"`},
	} {
		if err := Run(context.Background(), tt.cfg, tt.classes...); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: %v, want %s", tt.cfg, err, tt.want)
		}
	}
}
