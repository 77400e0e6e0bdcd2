package baseline_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/baseline"
)

const fillVariable = "HOPPERBAND_TEST_FILL_STORE"

// TestFullDisk lets a process of its own write into a store while no file may grow beyond
// some bytes, as on a disk that is full: every write is refused in the middle.
func TestFullDisk(t *testing.T) {
	if dir := os.Getenv(fillVariable); dir != "" {
		fill(t, dir)
		return
	}
	dir := t.TempDir()
	s := baseline.Open(dir)
	before := passed(1)
	put(t, s, before)
	child := exec.Command(os.Args[0], "-test.run", "^TestFullDisk$")
	child.Env = append(os.Environ(), fillVariable+"="+dir)
	if out, err := child.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	ids, problems := all(s)
	if len(ids) != 1 || ids[0] != before.ID || len(problems) > 0 {
		t.Errorf("afterwards the store has %v, problems %v; want only %s", ids, problems, before.ID)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

// fill writes a run, and rewrites one, with a limit in the middle of the file.
func fill(t *testing.T, dir string) {
	limit := syscall.Rlimit{Cur: 300, Max: 300}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	s := baseline.Open(dir)
	if err := s.Put(passed(2)); !errors.Is(err, syscall.EFBIG) || !strings.Contains(err.Error(), filepath.Base(dir)) {
		t.Errorf("putting a run: %v, want an error that names the folder and the reason", err)
	}
	if _, err := s.Accept("2025", "me", "because", began()); !errors.Is(err, syscall.EFBIG) {
		t.Errorf("accepting a run: %v, want an error with the reason", err)
	}
}
