//go:build integration

package pipelines

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// binaries is the folder of the programs, which are built once for all tests.
const binaries = "../../.build/integration-pipelines"

func TestMain(m *testing.M) {
	build := exec.Command("go", "build", "-buildvcs=false", "-o", binaries+"/", "../../cmd/hopperband", "../../examples/target")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building: %v\n%s", err, out)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
