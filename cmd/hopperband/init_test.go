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
		written(t, ci)
	}
}

// written checks the plan that init wrote, and that a second init leaves it alone.
func written(t *testing.T, ci string) {
	t.Helper()
	before, err := os.ReadFile("gate.yaml")
	if err != nil || !strings.Contains(string(before), "users: 7\n") || !strings.Contains(string(before), `host: "http://127.0.0.1:1/shop"`) {
		t.Errorf("%s: %v:\n%s", ci, err, before)
	}
	// The programs that the plan names: a pipeline builds the one and has the other.
	if err := os.MkdirAll("bin", 0o750); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"bin/loadtest", "bin/locust"} {
		if err := os.WriteFile(name, []byte("#!/bin/sh\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	again := command{out: &out, err: &out, lookup: func(string) (string, bool) { return "", false }}
	if code := again.run([]string{"gate", "check", "--local-locust", "bin/locust"}); code != 0 {
		t.Errorf("%s: the plan is not valid: %s", ci, out.String())
	}
	code := again.run([]string{"init", "--host", "http://127.0.0.1:1", "--ci", ci})
	if code != 2 || !strings.Contains(out.String(), "gate.yaml exists and is not overwritten") {
		t.Errorf("%s: a second time: exit code %d: %s", ci, code, out.String())
	}
	if after, _ := os.ReadFile("gate.yaml"); string(after) != string(before) {
		t.Errorf("%s: gate.yaml was overwritten", ci)
	}
}

// The next steps are for the folder that has the files.
func TestInitElsewhere(t *testing.T) {
	for dir, want := range map[string]string{".": "Next, here:\n", "./": "Next, here:\n", "shop": "Next, in shop:\n"} {
		code, output := call(t, "", nil, "init", "--host", "http://127.0.0.1:1", "--ci", "none", "--dir", dir)
		if _, err := os.Stat(filepath.Join(dir, "gate.yaml")); code != 0 || err != nil || !strings.Contains(output, want) {
			t.Errorf("%s: exit code %d, %v, want %q:\n%s", dir, code, err, want, output)
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
		"duration: 0s":                  {"--host", "http://shop", "--duration", "0s"},
		"[HOPPERBAND_INIT_ENVIRONMENT]": {"--help"},
	} {
		code, output := call(t, "", nil, append([]string{"init"}, args...)...)
		if (code == 0) != (args != nil && args[0] == "--help") || !strings.Contains(output, want) || strings.Contains(output, "s3cr3t") {
			t.Errorf("%q: exit code %d, want %q:\n%s", args, code, want, output)
		}
	}
}
