package rig_test

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/integration/rig"
)

// asParent makes this test binary start a process and wait for its own end.
const asParent = "RIG_TEST_PARENT"

// TestDiesWithParent: when the parent is killed, and so can clean up nothing, what it has
// started ends.
func TestDiesWithParent(t *testing.T) {
	ctx := bounded(t)
	if dir := os.Getenv(asParent); dir != "" {
		p, err := rig.Start(ctx, rig.Command{Name: "child", Path: "/bin/sleep", Args: []string{"60"}, Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = os.Stdout.WriteString(strconv.Itoa(p.PID()) + "\n")
		<-ctx.Done()
		return
	}
	parent := exec.CommandContext(ctx, os.Args[0], "-test.run", "^TestDiesWithParent$")
	parent.Env = append(os.Environ(), asParent+"="+t.TempDir())
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 32)
	n, err := out.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	child, err := strconv.Atoi(strings.TrimSpace(string(line[:n])))
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	waitGone(t, ctx, child)
}
