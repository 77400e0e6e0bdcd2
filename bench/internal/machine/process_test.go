package machine

import (
	"maps"
	"os"
	"testing"
	"time"
)

const line = "42 (a (b) c) S 7 42 42 0 -1 4194560 1 2 3 4 100 50 20 10 20 0 3 0 12345 999999 256 18446744073709551615 " +
	"1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n"

func TestParseStat(t *testing.T) {
	pid, p, err := parseStat(line)
	if err != nil {
		t.Fatal(err)
	}
	want := Process{Parent: 7, CPU: 1800 * time.Millisecond, Memory: 256 * int64(os.Getpagesize())}
	if pid != 42 || p != want {
		t.Errorf("process %d %+v, want 42 %+v", pid, p, want)
	}
	for _, bad := range []string{"", "42", "42 (a) S 1", "x (a) S " + line[15:]} {
		if _, _, err := parseStat(bad); err == nil {
			t.Errorf("stat %q: no error", bad)
		}
	}
}

func TestTrees(t *testing.T) {
	before := Processes{1: {CPU: time.Second}, 2: {Parent: 1, CPU: time.Second}, 9: {CPU: 5 * time.Second}}
	after := Processes{
		1: {CPU: 2 * time.Second, Memory: 10}, 2: {Parent: 1, CPU: 4 * time.Second, Memory: 20}, 3: {Parent: 2, CPU: time.Second, Memory: 30},
		9: {CPU: 7 * time.Second},
	}
	if tree, want := after.Tree(1), (map[int]bool{1: true, 2: true, 3: true}); !maps.Equal(tree, want) {
		t.Errorf("tree %v, want %v", tree, want)
	}
	if used := after.CPU(1) - before.CPU(1); used != 5*time.Second {
		t.Errorf("used %v, want 5s", used)
	}
	if memory := after.Memory(2); memory != 50 {
		t.Errorf("memory %d, want 50", memory)
	}
}

func TestReadProcesses(t *testing.T) {
	all, err := ReadProcesses()
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := all[os.Getpid()]; len(all) > 0 && (!ok || p.Parent != os.Getppid() || p.Memory == 0) {
		t.Errorf("of this process: %+v", p)
	}
}
