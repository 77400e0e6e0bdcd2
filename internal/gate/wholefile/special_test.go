//go:build unix

package wholefile_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/wholefile"
)

// A link stays one, and what it leads to is written.
func TestWriteBehindALink(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "reports", "gate.json"), filepath.Join(dir, "latest")
	if err := errors.Join(os.Mkdir(filepath.Dir(path), 0o700), os.WriteFile(path, nil, 0o600), os.Symlink("reports/gate.json", link)); err != nil {
		t.Fatal(err)
	}
	if err := wholefile.Write(link, text("x")); err != nil {
		t.Fatal(err)
	}
	to, err := os.Readlink(link)
	if got, _ := os.ReadFile(path); string(got) != "x" || to != "reports/gate.json" {
		t.Errorf("%q, and the link leads to %q, %v", got, to, err)
	}
}

// A file that the program's output goes to is not replaced, since the rest goes there, too.
func TestWriteToOutput(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	before := os.Stdout
	os.Stdout = f
	defer func() { os.Stdout = before }()
	err = errors.Join(text("1")(f), wholefile.Write("/dev/fd/"+strconv.Itoa(int(f.Fd())), text("2")), text("3")(f), f.Close())
	if got, _ := os.ReadFile(path); err != nil || string(got) != "123" {
		t.Errorf("%q, %v", got, err)
	}
}

// A named pipe that nobody reads holds nothing up; one that somebody reads gets all.
func TestWriteToPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := wholefile.Write(path, text("x")); !errors.Is(err, syscall.ENXIO) {
		t.Errorf("nobody reads: %v", err)
	}
	reader, err := os.OpenFile(path, os.O_RDWR|syscall.O_NONBLOCK, 0) // a reader of a pipe without a writer is at the end
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	long := make([]byte, 1<<20)
	written := make(chan error, 1)
	go func() { written <- wholefile.Write(path, text(string(long))) }()
	got := make([]byte, len(long))
	if n, err := io.ReadFull(reader, got); err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	if err := <-written; err != nil {
		t.Error(err)
	}
}
