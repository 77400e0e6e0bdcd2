package worker

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// shopSite answers with a header, a long body, bytes that are no text, and a failure.
func shopSite(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		switch r.URL.Path {
		case "/login":
			w.Header().Set("X-Kind", "tea")
			fmt.Fprint(w, "welcome\nback")
		case "/long":
			fmt.Fprint(w, strings.Repeat("ü", 2000))
		case "/image":
			w.Header().Set("Content-Type", "image/png")
			_, _ = w.Write([]byte{0x89, 'P', 0, 0xff})
		default:
			http.Error(w, "gone away", http.StatusGone)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// buyer is a class with what a try has to show.
func buyer() *tasks.UserClass {
	return &tasks.UserClass{Name: "Buyer", WaitTime: tasks.Constant(time.Hour), New: func(u *tasks.User) tasks.TaskSet {
		c := tasks.NewHTTP(u)
		get := func(name, path string, opts ...tasks.RequestOption) tasks.Task {
			return tasks.Task{Name: name, Weight: 5, Tags: []string{name}, Run: func(ctx context.Context) error { return c.Get(ctx, path, opts...).Err }}
		}
		return tasks.TaskSet{
			OnStart: func(ctx context.Context) error { return c.Get(ctx, "/login").Err },
			Tasks: []tasks.Task{
				get("long", "/long"),
				{Name: "deep", Set: &tasks.TaskSet{Tasks: []tasks.Task{get("image", "/image", tasks.Named("/image/[id]")), get("gone", "/gone?id=1")}}},
				get("checked", "/login", tasks.Check(func(*tasks.Response) error { return errors.New("no basket") })),
				{Name: "other", Tags: []string{"other"}, Run: func(ctx context.Context) error {
					_ = u.Record(ctx, tasks.Request{Method: "GRPC", Name: "Order", Duration: 5 * ms, Length: 9})
					panic("broken")
				}},
			},
		}
	}}
}

// runOnce calls the program with real time and a real server.
func runOnce(args string, cfg Config, classes ...*tasks.UserClass) (code int, out, stderr string) {
	var o, e screen
	c := command{cfg: cfg, name: "quickstart", classes: classes, all: classes, out: &o, err: &e, untilSignal: untilSignal}
	code = c.run(append(strings.Fields(args), "--skip-log-setup"), func(string) (string, bool) { return "", false })
	return code, o.String(), e.String()
}

func TestRunOnce(t *testing.T) {
	host := shopSite(t)
	code, out, stderr := runOnce("--run-once Buyer -H "+host, Config{}, buyer(), worksFor("Other", time.Second))
	if code != 1 || stderr != "" {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	rest := out
	for _, want := range []string{
		"  GET " + host + "/login: 200 OK, ", " 12 bytes\n", "    X-Kind: tea\n", "\n    welcome\n    back\n",
		"task long\n  GET " + host + "/long: 200 OK, ", "üü\n    (and 1952 bytes more)\n",
		"task deep\ntask image\n  GET " + host + "/image (/image/[id]): 200 OK, ", "(4 bytes that are no text)",
		"task gone\n  GET " + host + "/gone?id=1: 410 Gone, ", "    FAILED: status 410\n", "    gone away\n",
		"task checked\n", "    FAILED: no basket\n", "welcome",
		"task other\n  GRPC Order: 5ms, 9 bytes\n  EXCEPTION in Buyer.other panicked:\n", "once_test.go:", "panic: broken",
		"Buyer: 6 requests, 3 failures and exceptions\n",
	} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("%q is not there, or not in its place:\n%s", want, out)
		}
		rest = after
	}
	if n := strings.Count(out, "task "); n != 6 {
		t.Errorf("%d tasks:\n%s", n, out)
	}
}

// Tags and edits choose the tasks; without a failure the exit code is 0.
func TestRunOnceOfSome(t *testing.T) {
	host := shopSite(t)
	for _, args := range []string{"--tags image", `--config-users {"user_class_name":"Buyer","tasks":["long"]}`} {
		code, out, stderr := runOnce(args+" --run-once Buyer -H "+host, Config{}, buyer())
		if code != 0 || !strings.HasSuffix(out, "Buyer: 2 requests, 0 failures and exceptions\n") {
			t.Errorf("%s: exit code %d, %s:\n%s", args, code, stderr, out)
		}
	}
}

// An edit names tasks as the printed locustfile does; one that names none of them keeps all.
func TestRunOnceOfEdited(t *testing.T) {
	for names, want := range map[string]string{`"look_around"`: "A look around  none0", `"of_another_file"`: "A look around  none0, A pay  none0"} {
		n := &notebook{}
		args := `--run-once A --config-users {"user_class_name":"A","tasks":[` + names + `]}`
		code, out, stderr := runOnce(args, Config{}, n.class("A", "look around", "pay"))
		if got := strings.Join(slices.Sorted(maps.Keys(n.done)), ", "); code != 0 || got != want {
			t.Errorf("%s: exit code %d, %s\nwant %s:\n%s%s", names, code, got, want, out, stderr)
		}
	}
}

// The hooks of a test are around a try; one that fails is its end.
func TestRunOnceHooks(t *testing.T) {
	for _, tt := range []struct {
		start error
		code  int
		calls string
	}{{nil, 0, "start request stop quit"}, {errors.New("no data"), 1, "start stop quit"}} {
		var calls []string
		note := func(what string) { calls = append(calls, what) }
		cfg := Config{
			OnTestStart: func(context.Context, *Test) error { note("start"); return tt.start },
			OnTestStop:  func(context.Context, *Test) { note("stop") },
			OnQuit:      func() { note("quit") },
			OnRequest:   func(context.Context, tasks.Request) { note("request") },
		}
		code, out, _ := runOnce("--run-once A", cfg, worksFor("A", ms))
		if got := strings.Join(calls, " "); code != tt.code || got != tt.calls {
			t.Errorf("exit code %d, %s, want %d, %s:\n%s", code, got, tt.code, tt.calls, out)
		}
	}
}

func TestRunOnceMistakes(t *testing.T) {
	for args, want := range map[string]string{
		"--run-once B": `"B"`,
		"--run-once A -H http://b --allow-host a":  "--allow-host has a",
		"--run-once A --config-users {}":           "--config-users",
		"--run-once A --logfile /dev/null/nothing": "log file",
	} {
		var o, e screen
		c := command{name: "quickstart", classes: []*tasks.UserClass{worksFor("A", ms)}, out: &o, err: &e, untilSignal: untilSignal}
		c.all = c.classes
		if code := c.run(strings.Fields(args), func(string) (string, bool) { return "", false }); code != 2 || o.String() != "" || !strings.Contains(e.String(), want) {
			t.Errorf("%s: exit code %d, %s%s", args, code, o.String(), e.String())
		}
	}
}

// A try that takes too long ends, and says so.
func TestRunOnceOutOfTime(t *testing.T) {
	s := perform(t, Config{}, "--run-once A -t 2s", 0, worksFor("A", time.Hour))
	if s.code != 1 || s.took != 2*time.Second || !strings.Contains(s.out, "stopped before the end: --run-time 2s is over") {
		t.Errorf("exit code %d after %v: %s", s.code, s.took, s.out)
	}
}
