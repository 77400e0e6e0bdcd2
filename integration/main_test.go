//go:build integration

package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// binaries is the folder of the programs.
const binaries = "../.build/integration"

// TestMain builds all programs once, before any test: two builds of one program at the same
// time would each take it away from the tests that have begun to use it.
func TestMain(m *testing.M) {
	build := exec.Command("go", "build", "-o", binaries+"/", "../examples/target", "../examples/quickstart",
		"./babbler", "./differential", "./faulty", "./headless", "./stopper", "./visitor")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building: %v\n%s", err, out)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// built returns the path of a program.
func built(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(binaries, name))
	if err != nil {
		t.Fatal(err)
	}
	return path
}
