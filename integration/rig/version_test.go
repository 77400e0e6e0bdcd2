package rig_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hopperband/hopperband/integration/rig"
)

func TestVersion(t *testing.T) {
	venv := t.TempDir()
	if v, err := rig.Version(venv); err == nil {
		t.Errorf("version %q of an empty directory", v)
	}
	packages := filepath.Join(venv, "lib", "python3.11", "site-packages")
	for _, name := range []string{"locust-2.29.1.dist-info", "locust_plugins-4.0.dist-info", "locust"} {
		if err := os.MkdirAll(filepath.Join(packages, name), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	if v, err := rig.Version(venv); err != nil || v != "2.29.1" {
		t.Errorf("version %q, %v; want 2.29.1", v, err)
	}
}

func TestOlder(t *testing.T) {
	ordered := []string{"2.9.1", "2.12", "2.12.1", "2.29.0", "2.47.0", "3.0"}
	for i, a := range ordered {
		for j, b := range ordered {
			if got := rig.Older(a, b); got != (i < j) {
				t.Errorf("Older(%s, %s) = %v", a, b, got)
			}
		}
	}
}
