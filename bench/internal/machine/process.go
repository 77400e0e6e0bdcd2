package machine

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	tick = 10 * time.Millisecond // of /proc: USER_HZ is 100 on Linux, whatever the kernel's own
	root = "/proc"
)

// A Process is what /proc/PID/stat says about a process.
type Process struct {
	Parent int
	CPU    time.Duration // user and system, with the children that have ended
	Memory int64         // resident bytes
}

// Processes are all processes of the machine at a moment, by ID.
type Processes map[int]Process

// ReadProcesses looks at all processes.
func ReadProcesses() (Processes, error) {
	files, err := filepath.Glob(filepath.Join(root, "[0-9]*", "stat"))
	if err != nil {
		return nil, fmt.Errorf("machine: processes: %w", err)
	}
	all := Processes{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		pid, p, err := parseStat(string(text))
		if err != nil {
			return nil, fmt.Errorf("machine: %s: %w", file, err)
		}
		all[pid] = p
	}
	return all, nil
}

// parseStat reads the line of one process (proc_pid_stat(5)). The second field, the
// name in parentheses, may hold anything.
func parseStat(line string) (pid int, p Process, err error) {
	head, tail, found := cutLast(line, ")")
	f := strings.Fields(tail)
	if !found || len(f) < 22 {
		return 0, p, fmt.Errorf("stat %q is not of the known form", line)
	}
	id, _, _ := strings.Cut(head, " ")
	if pid, err = strconv.Atoi(id); err != nil {
		return 0, p, fmt.Errorf("stat %q: %w", line, err)
	}
	var n [22]int64 // n[i] is field i+3
	for i, of := range f[:len(n)] {
		n[i], _ = strconv.ParseInt(of, 10, 64) // the state is a letter, some limits are larger: not used
	}
	return pid, Process{
		Parent: int(n[1]),
		CPU:    time.Duration(n[11]+n[12]+n[13]+n[14]) * tick,
		Memory: n[21] * int64(os.Getpagesize()),
	}, nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// Tree returns the IDs of a process and of all its descendants.
func (all Processes) Tree(pid int) map[int]bool {
	tree := map[int]bool{pid: true}
	for grown := true; grown; {
		grown = false
		for id, p := range all {
			if tree[p.Parent] && !tree[id] {
				tree[id], grown = true, true
			}
		}
	}
	return tree
}

// CPU returns what a process and its descendants have used.
func (all Processes) CPU(pid int) (sum time.Duration) {
	for id := range all.Tree(pid) {
		sum += all[id].CPU
	}
	return sum
}

// Memory returns the resident bytes of a process and its descendants.
func (all Processes) Memory(pid int) (sum int64) {
	for id := range all.Tree(pid) {
		sum += all[id].Memory
	}
	return sum
}
