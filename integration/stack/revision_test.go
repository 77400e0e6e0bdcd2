package stack

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestRevision builds a worker as the Dockerfile does, and wants its metrics to say of what.
func TestRevision(t *testing.T) {
	if got := pinned(t, "Dockerfile", `ARG REVISION=(\S+)`)[0]; got != "unknown" {
		t.Errorf("without a revision the image says %q", got)
	}
	flags := pinned(t, "Dockerfile", `go build -ldflags="(.+)" -o /image/program`)[0]
	program := filepath.Join(t.TempDir(), "worker")
	build := exec.CommandContext(t.Context(), "go", "build", "-C", root, "-trimpath", "-buildvcs=false",
		"-ldflags="+strings.ReplaceAll(flags, "${REVISION}", "abc123"), "-o", program, "./examples/quickstart")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	address := free(t)
	worker := exec.CommandContext(t.Context(), program, "--worker", "--master-host", "127.0.0.1", "--master-port", "1", "--metrics-address", address)
	worker.Stderr = os.Stderr
	if err := worker.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = worker.Process.Kill()
		_ = worker.Wait()
	}()
	const want = `revision="abc123"`
	for deadline := time.Now().Add(time.Minute); ; <-time.After(50 * time.Millisecond) {
		text, err := metrics(address)
		if err == nil && strings.Contains(text, want) {
			return
		}
		if err == nil || time.Now().After(deadline) {
			t.Fatalf("no %s: %v in\n%s", want, err, text)
		}
	}
}

// free is an address that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// metrics is a scrape of an address.
func metrics(address string) (string, error) {
	answer, err := http.Get("http://" + address + "/metrics") //nolint:noctx // of this machine
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", address, answer.Status)
	}
	return string(text), err
}
