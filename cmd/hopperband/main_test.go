package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// call runs the program in a folder with such a plan.
func call(t *testing.T, plan string, variables map[string]string, args ...string) (code int, output string) {
	t.Helper()
	t.Chdir(t.TempDir())
	if plan != "" {
		if err := os.WriteFile("gate.yaml", []byte(plan), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	c := command{out: &out, err: &out, lookup: func(name string) (string, bool) {
		value, ok := variables[name]
		return value, ok
	}}
	return c.run(args), out.String()
}

func TestWords(t *testing.T) {
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{nil, 2, "usage: hopperband"},
		{[]string{"--help"}, 0, "usage: hopperband"},
		{[]string{"gate"}, 2, "usage: hopperband"},
		{[]string{"gate", "--help"}, 0, "Exit codes"},
		{[]string{"gat"}, 2, "unknown command gat; did you mean gate?"},
		{[]string{"gate", "runn"}, 2, "unknown command runn; did you mean run?"},
		{[]string{"version"}, 0, "hopperband "},
		{[]string{"gate", "schema"}, 0, "additionalProperties"},
		{[]string{"gate", "schema", "--help"}, 0, "usage: hopperband"},
		{[]string{"gate", "schema", "more"}, 2, `gate schema takes nothing, not ["more"]`},
		{[]string{"version", "--help"}, 0, "usage: hopperband"},
		{[]string{"gate", "run", "--help"}, 0, "[HOPPERBAND_GATE_USERS]"},
		{[]string{"gate", "check", "--help"}, 0, "[HOPPERBAND_GATE_CONNECT]"},
		{[]string{"gate", "run", "--usres", "5"}, 2, "unknown flag: --usres; did you mean --users?"},
		{[]string{"gate", "check", "now"}, 2, `gate check takes flags only, not ["now"]`},
		{[]string{"gate", "run", "--plan", "/nowhere.yaml"}, 2, "/nowhere.yaml"},
	} {
		if code, output := call(t, "", nil, test.args...); code != test.code || !strings.Contains(output, test.want) {
			t.Errorf("%q: exit code %d, want %d with %q:\n%s", test.args, code, test.code, test.want, output)
		}
	}
}

func TestCheck(t *testing.T) {
	const good = "master: {url: 'http://127.0.0.1:1'}\nrun: {users: 1, duration: 10s}\n"
	if code, output := call(t, good, nil, "gate", "check"); code != 0 || output != "gate.yaml: no mistake found\n" {
		t.Errorf("exit code %d: %s", code, output)
	}
	code, output := call(t, good+"nmea: x\nvalidity: {cpu: most}\n", nil, "gate", "check", "--users", "many")
	if code != 2 || strings.Count(output, "\n") != 3 {
		t.Errorf("exit code %d, want 2 and three lines:\n%s", code, output)
	}
	if code, output = call(t, good, nil, "gate", "check", "--connect"); code != 7 || !strings.Contains(output, "127.0.0.1:1") {
		t.Errorf("nobody listens: exit code %d: %s", code, output)
	}
}

const ready = `{"state": "ready", "user_count": 0, "stats": [{"name": "Aggregated"}], "workers": [{"id": "a", "state": "ready"}]}`

// A master, a Prometheus or a target that does not answer as one is exit code 7, with one
// message that tells no secret. The secrets are echoed by what answers.
func TestUnreachable(t *testing.T) {
	const secret, token = "s3cr3t", "t0k3n"
	answer := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(status)
			_, password, _ := r.BasicAuth()
			fmt.Fprint(w, body, " ", password, " ", r.Header.Get("X-Token"))
		}
	}
	start := func(h http.Handler) string {
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		return server.URL
	}
	well := start(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, ready) }))
	busy := start(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, strings.Replace(ready, `"state": "ready"`, `"state": "running"`, 1))
	}))
	broken := start(answer(500, "Traceback \x1b[31m"))
	page := start(answer(200, "<html><h1>Sign in</h1>"))
	empty := start(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"status": "success", "data": {"resultType": "vector", "result": []}}`)
	}))
	part := start(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"status": "success", "data": {"resultType": "vector", "result": []}, "warnings": ["one store did not answer"]}`)
	}))
	for name, test := range map[string]struct{ master, more, want string }{
		"master answers 500":           {broken, "", "status 500"},
		"master answers a page":        {page, "", "Sign in"},
		"master is busy":               {busy, "", "it runs another test (state running)"},
		"nobody listens":               {"http://127.0.0.1:1", "", "connection refused"},
		"Prometheus answers 500":       {well, "source: {prometheus: '" + broken + "'}", "cannot be reached"},
		"Prometheus answers a page":    {well, "source: {prometheus: '" + page + "'}", "cannot be reached"},
		"Prometheus answers nothing":   {well, "source: {prometheus: '" + empty + "'}", "no metrics of workers"},
		"Prometheus answers in part":   {well, "source: {prometheus: '" + part + "'}", "answers only in part: one store did not answer"},
		"workers answer a page":        {well, "source: {workers: ['" + page + "/metrics']}", "cannot be reached"},
		"version cannot be read":       {well, "identity: {version_url: '" + broken + "'}", "status 500"},
		"version is a page":            {well, "identity: {version_url: '" + page + "'}", "a page, not a version"},
		"version has no such field":    {well, "identity: {version_url: '" + well + "', version_field: build.id}", "no field build.id"},
		"version is empty":             {well, "identity: {version_command: [echo]}", "the answer is empty"},
		"version is a novel":           {well, "identity: {version_command: [echo, '" + strings.Repeat("x", 300) + "']}", "300 bytes is no version"},
		"version command does not run": {well, "identity: {version_command: ['false']}", "exit status 1"},
	} {
		t.Run(name, func(t *testing.T) {
			plan := fmt.Sprintf("master: {url: '%s', user: ci, password: 'env:PASSWORD', headers: {X-Token: 'env:TOKEN'}}\n", test.master) +
				"run: {users: 1, duration: 2s, wait: 1s}\nbaseline: {off: true}\n" + test.more
			code, output := call(t, plan, map[string]string{"PASSWORD": secret, "TOKEN": "Bearer " + token}, "gate", "run")
			if code != 7 || !strings.Contains(output, test.want) {
				t.Errorf("exit code %d, want 7 with %q:\n%s", code, test.want, output)
			}
			if strings.Contains(output, secret) || strings.Contains(output, token) {
				t.Errorf("the output tells a secret:\n%s", output)
			}
			if strings.Contains(output, "\x1b") {
				t.Errorf("the output has a control character of the answer: %q", output)
			}
			if n := strings.Count(output, "hopperband: "); n != 1 {
				t.Errorf("%d messages, want one:\n%s", n, output)
			}
		})
	}
}

// A master that refuses what the plan asks for is a mistake of the plan.
func TestRefused(t *testing.T) {
	stopped := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/swarm":
			fmt.Fprint(w, `{"success": true, "message": "Swarming started"}`)
		case "/stop":
			stopped = true
			fmt.Fprint(w, `{"success": true}`)
		case "/stats/requests/csv":
			fmt.Fprint(w, "Type,Name,Request Count,Failure Count\n,Aggregated,0,0\n")
		default:
			fmt.Fprint(w, ready)
		}
	}))
	defer server.Close()
	plan := "master: {url: '" + server.URL + "'}\nrun: {users: 1, duration: 2s, classes: [A]}\nbaseline: {off: true}"
	code, output := call(t, plan, nil, "gate", "run")
	if code != 2 || !strings.Contains(output, "--class-picker") || !stopped {
		t.Errorf("exit code %d, stopped %t:\n%s", code, stopped, output)
	}
}

func TestPlanOfFlagsAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x", "run.json")
	code, output := call(t, "", nil, "gate", "check", "--master-url", "http://h", "--users", "1", "--duration", "10s", "--output-json", path)
	if code != 2 || !strings.Contains(output, "--output-json: output.json: ") {
		t.Errorf("exit code %d: %s", code, output)
	}
}
