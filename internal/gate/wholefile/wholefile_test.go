package wholefile_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/wholefile"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gate.json")
	for _, want := range []string{"first", "second"} {
		if err := wholefile.Write(path, text(want)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); string(got) != want || err != nil {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	broken := errors.New("half of it")
	err := wholefile.Write(path, func(w io.Writer) error { return errors.Join(text("half")(w), broken) })
	if got, _ := os.ReadFile(path); !errors.Is(err, broken) || string(got) != "second" {
		t.Errorf("error %v leaves %q", err, got)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestWriteToNoFile(t *testing.T) {
	if err := wholefile.Write(os.DevNull, text("x")); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("%v, %v: it was replaced", info.Mode(), err)
	}
	dir := t.TempDir()
	for _, path := range []string{dir, filepath.Join(dir, "nowhere", "x")} {
		if err := wholefile.Write(path, text("x")); err == nil {
			t.Errorf("%s: no error", path)
		}
	}
}
