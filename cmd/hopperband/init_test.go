package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestInit(t *testing.T) {
	for ci, pipeline := range map[string]string{
		"github": ".github/workflows/load-test.yml", "gitlab": ".gitlab-ci.yml", "jenkins": "Jenkinsfile", "none": "",
	} {
		args := []string{"init", "--host", "http://127.0.0.1:1/shop", "--ci", ci, "--users", "7"}
		code, output := call(t, "", nil, args...)
		if code != 0 || !strings.Contains(output, "written: gate.yaml\n") || (pipeline != "" && !strings.Contains(output, "written: "+pipeline+"\n")) {
			t.Fatalf("%s: exit code %d:\n%s", ci, code, output)
		}
		here, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		before, err := os.ReadFile(filepath.Join(here, "gate.yaml"))
		if err != nil || !strings.Contains(string(before), "users: 7\n") || !strings.Contains(string(before), `host: "http://127.0.0.1:1/shop"`) {
			t.Errorf("%s: %v:\n%s", ci, err, before)
		}
		// The programs that the plan names: a pipeline builds the one and has the other.
		for _, name := range []string{"bin/loadtest", "bin/locust"} {
			if err := os.MkdirAll("bin", 0o750); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, []byte("#!/bin/sh\n"), 0o700); err != nil { //nolint:gosec // a program
				t.Fatal(err)
			}
		}
		check := command{out: new(strings.Builder), err: new(strings.Builder), lookup: func(string) (string, bool) { return "", false }}
		if code := check.run([]string{"gate", "check", "--local-locust", "bin/locust"}); code != 0 {
			t.Errorf("%s: the plan is not valid: %s", ci, check.err)
		}
		if code := check.run([]string{"init", "--host", "http://127.0.0.1:1", "--ci", ci}); code != 2 || !strings.Contains(check.err.(*strings.Builder).String(), "gate.yaml exists and is not overwritten") {
			t.Errorf("%s: a second time: exit code %d: %s", ci, code, check.err)
		}
		if after, _ := os.ReadFile("gate.yaml"); string(after) != string(before) {
			t.Errorf("%s: gate.yaml was overwritten", ci)
		}
	}
}

// One file that exists, and none is written.
func TestInitAllOrNone(t *testing.T) {
	code, output := call(t, "name: mine", nil, "init", "--host", "http://127.0.0.1:1")
	if _, err := os.Stat("loadtest"); code != 2 || err == nil {
		t.Errorf("exit code %d, %v: %s", code, err, output)
	}
}

func TestInitMistakes(t *testing.T) {
	for want, args := range map[string][]string{
		"what is to be tested?":         nil,
		`host "shop": not an address`:   {"--host", "shop"},
		"passwords are not for files":   {"--host", "http://u:s3cr3t@shop"},
		"no quotes":                     {"--host", "http://shop", "--name", `a" b`},
		"users: 0":                      {"--host", "http://shop", "--users", "0"},
		"not one of github, gitlab":     {"--host", "http://shop", "--ci", "travis"},
		"init takes flags only":         {"now"},
		"duration 0s after":             {"--host", "http://shop", "--duration", "0s"},
		"[HOPPERBAND_INIT_ENVIRONMENT]": {"--help"},
	} {
		code, output := call(t, "", nil, append([]string{"init"}, args...)...)
		if (code == 0) != (args != nil && args[0] == "--help") || !strings.Contains(output, want) || strings.Contains(output, "s3cr3t") {
			t.Errorf("%q: exit code %d, want %q:\n%s", args, code, want, output)
		}
	}
}
