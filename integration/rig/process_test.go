//go:build unix

package rig_test

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// bounded returns a context that is long enough for anything that goes well.
func bounded(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// shell starts a script that runs until the test ends, at most.
func shell(t *testing.T, ctx context.Context, script string) *rig.Process {
	t.Helper()
	p, err := rig.Start(ctx, rig.Command{Name: "script", Path: "/bin/sh", Args: []string{"-c", script}, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	return p
}

func TestProcessEndsByItself(t *testing.T) {
	ctx := bounded(t)
	p := shell(t, ctx, "echo out; echo err >&2; exit 3")
	code, err := p.Wait(ctx)
	if code != 3 || err != nil {
		t.Errorf("Wait: %d, %v; want 3", code, err)
	}
	if p.Alive() {
		t.Error("alive after its end")
	}
	file, err := os.ReadFile(p.LogPath())
	if err != nil {
		t.Fatal(err)
	}
	if p.Log() != string(file) || strings.Count(p.Log(), "\n") != 2 {
		t.Errorf("log %q, file %q: want both lines in both", p.Log(), file)
	}
	if err := p.Stop(ctx); err != nil {
		t.Errorf("Stop after the end: %v", err)
	}
}

func TestProcessStop(t *testing.T) {
	ctx := bounded(t)
	p := shell(t, ctx, `trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done`)
	waitLine(t, ctx, p, "up")
	if err := p.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	if code, _ := p.Wait(ctx); code != 0 || p.Tail(1) != "bye" {
		t.Errorf("exit code %d, last line %q; want 0 and bye", code, p.Tail(1))
	}
}

// A process that does not listen is killed when the time is over, and its children too.
func TestProcessStopStubborn(t *testing.T) {
	ctx := bounded(t)
	p := shell(t, ctx, `trap '' TERM; sleep 60 & echo $!; wait; sleep 60`)
	child := waitNumber(t, ctx, p)
	short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	if err := p.Stop(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Stop: %v; want the deadline", err)
	}
	if p.Alive() {
		t.Error("alive after Stop")
	}
	waitGone(t, ctx, child)
}

func TestProcessEndsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(bounded(t))
	p := shell(t, ctx, "sleep 60")
	cancel()
	if code, err := p.Wait(bounded(t)); code != -1 || err != nil {
		t.Errorf("Wait: %d, %v; want -1, killed", code, err)
	}
	if _, err := rig.Start(ctx, rig.Command{Name: "late", Path: "/bin/true", Dir: t.TempDir()}); !errors.Is(err, context.Canceled) {
		t.Errorf("Start after the end: %v", err)
	}
}

func TestProcessLeavesNoChildren(t *testing.T) {
	ctx := bounded(t)
	p := shell(t, ctx, `sleep 60 & echo $!`)
	child := waitNumber(t, ctx, p)
	if _, err := p.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	waitGone(t, ctx, child)
}

func TestWaitLine(t *testing.T) {
	ctx := bounded(t)
	p := shell(t, ctx, `echo one; printf tw; sleep 0.1; echo o; exit 1`)
	waitLine(t, ctx, p, "two")
	waitLine(t, ctx, p, "one") // an old line
	_, err := p.WaitLine(ctx, func(line string) bool { return line == "three" })
	if err == nil || !strings.Contains(err.Error(), "exit status 1") || !strings.Contains(err.Error(), "two") {
		t.Errorf("WaitLine: %v; want the exit status and the last lines", err)
	}
}

func TestStartFails(t *testing.T) {
	_, err := rig.Start(bounded(t), rig.Command{Name: "ghost", Path: "/does/not/exist", Dir: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "starting ghost") {
		t.Errorf("Start: %v; want an error that names the process", err)
	}
}

func waitLine(t *testing.T, ctx context.Context, p *rig.Process, want string) {
	t.Helper()
	if _, err := p.WaitLine(ctx, func(line string) bool { return line == want }); err != nil {
		t.Fatal(err)
	}
}

func waitNumber(t *testing.T, ctx context.Context, p *rig.Process) int {
	t.Helper()
	line, err := p.WaitLine(ctx, func(string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// waitGone waits for the end of a process that is not ours to wait for.
func waitGone(t *testing.T, ctx context.Context, pid int) {
	t.Helper()
	for syscall.Kill(pid, 0) == nil && !isZombie(pid) {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			t.Fatalf("process %d is still there", pid)
		}
	}
}

// isZombie reports whether a process has ended and waits for its parent to notice.
func isZombie(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && strings.Contains(string(stat), ") Z ")
}
