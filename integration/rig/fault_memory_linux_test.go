package rig_test

import (
	"testing"

	"github.com/hopperband/hopperband/integration/rig"
)

func TestPeakMemory(t *testing.T) {
	ctx := bounded(t)
	p, err := rig.Start(ctx, rig.Command{Name: "cat", Path: program(t, "echo ready; cat /dev/zero >/dev/null; true"), Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.WaitLine(ctx, func(line string) bool { return line == "ready" }); err != nil {
		t.Fatal(err)
	}
	if n, err := p.PeakMemory(); err != nil || n < 100<<10 || n > 100<<20 {
		t.Errorf("%d bytes, %v; want some hundred KiB", n, err)
	}
	p.Kill()
	if n, err := p.PeakMemory(); err == nil {
		t.Errorf("%d bytes of a process that has ended", n)
	}
}
