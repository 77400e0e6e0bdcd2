//go:build unix

package rig_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/integration/rig"
)

// program writes a shell script that stands for a program.
func program(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func startWorker(t *testing.T, script string) *rig.Worker {
	t.Helper()
	ctx := bounded(t)
	w, err := rig.StartWorker(ctx, rig.WorkerConfig{Path: program(t, script), Dir: t.TempDir(), Master: "127.0.0.1:5557"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestSummary(t *testing.T) {
	w := startWorker(t, `echo "$*"
echo '{"level":"info","recorded":1,"reported":1,"message":"worker stopped"}'
echo '{"level":"info","recorded":9,"failures":1,"reported":7,"interrupted":3,"resent":4,"unreported":2,"message":"worker stopped"}'`)
	got, err := w.Summary()
	want := rig.Summary{Recorded: 10, Failures: 1, Reported: 8, Interrupted: 3, Resent: 4, Unreported: 2}
	if err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	if sum := got.Plus(got); sum.Recorded != 20 || sum.Unreported != 4 || sum.Interrupted != 6 {
		t.Errorf("twice: %+v", sum)
	}
	if args := "--worker --master-host 127.0.0.1 --master-port 5557 --log-format json"; !strings.HasPrefix(w.Log(), args) {
		t.Errorf("log %q, want the arguments %q", w.Log(), args)
	}
}

func TestNoSummary(t *testing.T) {
	for name, script := range map[string]string{
		"silent": "true", "text": "echo panic", "another line": `echo '{"message":"worker starting"}'`,
	} {
		if s, err := startWorker(t, script).Summary(); err == nil {
			t.Errorf("%s: %+v, want an error", name, s)
		}
	}
}

func TestWorkerConfig(t *testing.T) {
	if _, err := rig.StartWorker(bounded(t), rig.WorkerConfig{Path: "/bin/true", Dir: t.TempDir(), Master: "nowhere"}); err == nil {
		t.Error("a master without a port has been accepted")
	}
}
