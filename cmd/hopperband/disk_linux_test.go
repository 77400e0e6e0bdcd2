package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const fullDisk = "HOPPERBAND_TEST_FULL_DISK"

// TestFullDisk runs the gate in a process of its own in which no file may grow beyond some
// bytes, as on a disk that is full.
func TestFullDisk(t *testing.T) {
	if os.Getenv(fullDisk) != "" {
		runOnFullDisk(t)
		return
	}
	child := exec.Command(os.Args[0], "-test.run", "^TestFullDisk$", "-test.v")
	child.Env = append(os.Environ(), fullDisk+"=1")
	out, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Logf("%s", out)
}

func runOnFullDisk(t *testing.T) {
	s, dir := startSwarm(t), t.TempDir()
	old := filepath.Join(dir, "json")
	if err := os.WriteFile(old, []byte("of an earlier run"), 0o600); err != nil {
		t.Fatal(err)
	}
	limit := syscall.Rlimit{Cur: 1000, Max: 1000}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	code, output := call(t, s.plan(dir), nil, "gate", "run")
	t.Logf("exit code %d:\n%s", code, output)
	if code != 1 || !strings.Contains(output, "PASS") {
		t.Errorf("exit code %d, want 1, and the verdict all the same", code)
	}
	var messages []string
	for line := range strings.Lines(output) {
		if strings.HasPrefix(line, "hopperband: ") {
			messages = append(messages, line)
		}
	}
	if len(messages) != 2 || !strings.Contains(messages[0], "baseline: writing run ") || !strings.Contains(messages[0], "file too large") ||
		!strings.Contains(messages[1], "/json, ") || !strings.HasSuffix(messages[1], "/record: file too large\n") {
		t.Errorf("messages %q, want one on the store and one on the files", messages)
	}
	for _, pattern := range []string{"/*", "/.*", "/store/*", "/store/.*"} {
		left, _ := filepath.Glob(dir + pattern)
		if len(left) > 0 && pattern != "/*" || len(left) > 1 {
			t.Errorf("left behind: %v", left)
		}
	}
}
