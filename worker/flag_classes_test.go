package worker

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/tasks"
)

func TestUserClassesOfTheCommandLine(t *testing.T) {
	classes := func() []*tasks.UserClass {
		return []*tasks.UserClass{worksFor("Shopper", time.Second), worksFor("Admin", time.Second), worksFor("Guard", time.Second)}
	}
	for _, tt := range []struct {
		args, env, want string
	}{
		{"settings", "", "Shopper, Admin, Guard"},
		{"settings Guard Shopper", "", "Shopper, Guard"},
		{"settings Admin --host h Guard", "", "Admin, Guard"},
		{"settings", " Admin  Guard ", "Admin, Guard"},
		{"settings Shopper", "Admin", "Shopper"},
		{"settings --strict-flags=off --foo Shopper", "", "Shopper"},
		{"--strict-flags=off --foo settings --bar x Guard", "", "Guard"},
	} {
		code, out, stderr := call(tt.args, map[string]string{"LOCUST_USER_CLASSES": tt.env}, classes()...)
		if code != 0 || !strings.HasPrefix(out, "# user classes: "+tt.want+"\n") {
			t.Errorf("%s, %q: exit code %d, %s%s", tt.args, tt.env, code, stderr, out)
		}
	}
	code, out, stderr := call("Shopper Gard", nil, classes()...)
	if code != 2 || out != "" || !strings.Contains(stderr, `unknown user class "Gard"; this program has Shopper, Admin, Guard`) {
		t.Errorf("unknown class: exit code %d, %s%s", code, out, stderr)
	}
	code, out, stderr = call("locustfile Guard", nil, classes()...)
	if code != 0 || !strings.Contains(out, "class Guard(") || strings.Contains(out, "class Admin(") {
		t.Errorf("locustfile of one class: exit code %d, %s%s", code, out, stderr)
	}
}

func TestList(t *testing.T) {
	code, out, _ := call("-l Nobody", nil, worksFor("Shopper", time.Second), worksFor("Admin", time.Second))
	if want := "Available Users:\n    Shopper\n    Admin\n"; code != 0 || out != want {
		t.Errorf("exit code %d, %q, want %q", code, out, want)
	}
}

func TestIgnoredIsLogged(t *testing.T) {
	s := newSettings(Config{}, nil)
	args := "-f - --headless -u 5 -t 1m --expect-workers 2 --check-rps 1 --strict-flags=no --foo 1 --otel --host h"
	env := map[string]string{"LOCUST_CSV": "x", "LOCUST_HEADLESS": "true"}
	parsed, err := s.set.Parse(strings.Fields(args), func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	logIgnored(zerolog.New(&out), parsed, roleWorker)
	for _, want := range []string{
		`"flag":"--locustfile"`, `"flag":"--users"`, `"flag":"--run-time"`, `"flag":"--expect-workers"`,
		`"flag":"--check-rps"`, `"flag":"--otel"`, `"flag":"--csv","from":"environment variable LOCUST_CSV"`, `{"level":"warn","flag":"--foo"`,
	} {
		if strings.Count(out.String(), want) != 1 {
			t.Errorf("%s is there %d times, not once:\n%s", want, strings.Count(out.String(), want), out.String())
		}
	}
	if n := strings.Count(out.String(), "\n"); n != 8 {
		t.Errorf("%d lines, want 8:\n%s", n, out.String())
	}
}
