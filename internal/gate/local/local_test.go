//go:build unix

package local_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/local"
)

// script writes a program of the shell.
func script(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// appears waits for a log with such a text, and returns it.
func appears(t *testing.T, path, text string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		got, _ := os.ReadFile(path)
		if strings.Contains(string(got), text) {
			return string(got)
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			t.Fatalf("%s has no %q: %q", path, text, got)
		}
	}
}

const worker = `if [ "$1" = locustfile ]; then echo "class Shopper: pass"; exit; fi
echo "args $* run $HOPPERBAND_RUN_ID"; exec sleep 600`

func TestMaster(t *testing.T) {
	dir := t.TempDir()
	logs := filepath.Join(dir, "logs")
	m, err := local.Start(t.Context(), local.Config{
		Worker: script(t, dir, "worker", worker), Workers: 2, Args: []string{"--loglevel", "DEBUG"}, Env: []string{"HOPPERBAND_RUN_ID=r7"},
		Locust: script(t, dir, "locust", `cat "$4"; echo "args $*"; exec sleep 600`),
		Host:   "http://shop", Classes: []string{"Shopper"}, Tags: []string{"a", "b"}, ExcludeTags: []string{"c"},
		Arguments: map[string]string{"dry_run": `a "quoted" ä`}, StopTimeout: 1500 * time.Millisecond, Logs: logs,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Stop(t.Context())
	master := appears(t, filepath.Join(logs, "master.log"), "args ")
	for _, want := range []string{
		"class Shopper: pass", `parser.add_argument("--dry-run", default="a \"quoted\" ä")`,
		"args Shopper --master --locustfile ", "--host http://shop", "--stop-timeout 2", "--tags a b", "--exclude-tags c",
	} {
		if !strings.Contains(master, want) {
			t.Errorf("no %q in the master's log:\n%s", want, master)
		}
	}
	for i, name := range []string{"worker-1.log", "worker-2.log"} {
		log := appears(t, filepath.Join(logs, name), "run r7")
		address := strings.TrimSuffix(strings.TrimPrefix(m.Metrics[i], "http://"), "/metrics")
		if !strings.Contains(log, "--metrics-address "+address) || !strings.Contains(log, "--loglevel DEBUG") {
			t.Errorf("%s: %s", name, log)
		}
	}
	if !m.MasterRuns() || m.Ended() != nil {
		t.Errorf("runs %t, ended %v", m.MasterRuns(), m.Ended())
	}
	m.Stop(t.Context())
	if m.MasterRuns() || m.Ended() == nil {
		t.Error("it runs after Stop")
	}
}

// A locust.conf of the folder, which may ask for a test without web UI, is none of the master
// with the worker's own locustfile. Programs may be named from here.
func TestFolder(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile("locust.conf", []byte("headless = true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	script(t, dir, "locust", `ls; echo "files done"; exec sleep 600`)
	m, err := local.Start(t.Context(), local.Config{Worker: script(t, dir, "worker", worker), Workers: 1, Locust: "./locust", Logs: "logs"})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Stop(t.Context())
	if log := appears(t, filepath.Join(dir, "logs", "master.log"), "files done"); strings.Contains(log, "locust.conf") {
		t.Errorf("the master has found:\n%s", log)
	}
}

// Variables that are meant for other tests make no other load, and leave the master its web UI.
func TestVariables(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("LOCUST_HEADLESS", "true")
	t.Setenv("LOCUST_TAGS", "smoke")
	t.Setenv("LOCUST_LOGLEVEL", "DEBUG")
	const tell = `; env | grep LOCUST_ | sort | tr '\n' ' '; echo done; exec sleep 600`
	logs := filepath.Join(dir, "logs")
	m, err := local.Start(t.Context(), local.Config{
		Worker: script(t, dir, "worker", strings.Split(worker, "\n")[0]+tell), Workers: 1, Locust: script(t, dir, "locust", ":"+tell), Logs: logs,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Stop(t.Context())
	for _, name := range []string{"master.log", "worker-1.log"} {
		log := appears(t, filepath.Join(logs, name), "done")
		for _, want := range []string{"LOCUST_HEADLESS=false ", "LOCUST_TAGS= ", "LOCUST_LOGLEVEL=DEBUG "} {
			if !strings.Contains(log, want) {
				t.Errorf("%s: no %q: %s", name, want, log)
			}
		}
	}
}

// A program that ends tells why; one that does not end is killed.
func TestEnded(t *testing.T) {
	dir := t.TempDir()
	m, err := local.Start(t.Context(), local.Config{
		Worker: script(t, dir, "worker", worker), Workers: 1,
		Locust: script(t, dir, "locust", `trap "" TERM; echo "no such file"; exit 3`),
	})
	if err != nil {
		t.Fatal(err)
	}
	for m.MasterRuns() {
		runtime.Gosched() // it ends by itself
	}
	if err := m.Ended(); err == nil || !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m.Stop(ctx)
}

func TestCannotStart(t *testing.T) {
	dir := t.TempDir()
	for name, cfg := range map[string]local.Config{
		"no locustfile": {Worker: script(t, dir, "broken", "echo bad flag >&2; exit 2"), Workers: 1, Locust: "true"},
		"no locust":     {Worker: script(t, dir, "worker", worker), Workers: 1, Locust: "/nowhere/locust"},
		"no logs":       {Worker: script(t, dir, "worker", worker), Workers: 1, Locust: "true", Logs: filepath.Join(dir, "worker", "x")},
	} {
		if _, err := local.Start(t.Context(), cfg); err == nil || !strings.HasPrefix(err.Error(), "local master: ") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
