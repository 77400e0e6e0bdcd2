//go:build linux

package machine

import (
	"os/exec"
	"strings"
	"testing"
)

func TestOnCoreIsForChildren(t *testing.T) {
	var seen string
	err := OnCore(0, func() error {
		b, err := exec.Command("nproc").Output()
		seen = strings.TrimSpace(string(b))
		return err
	})
	if err != nil {
		t.Skip(err)
	}
	if seen != "1" {
		t.Errorf("a child sees %s cores, want 1", seen)
	}
	if err := OnCore(1000, func() error { return nil }); err == nil {
		t.Error("no error for a core that is not there")
	}
}

func TestDescribe(t *testing.T) {
	if s := Describe(); strings.Contains(s, "unknown") {
		t.Errorf("description %q", s)
	}
}
