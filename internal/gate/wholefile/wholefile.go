// Package wholefile writes files that are there whole or not at all.
package wholefile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// Unfinished begins the name of a file that is being written, beside the one that it will be.
const Unfinished = ".unfinished-"

// Write writes the file at path, of what is put into w. Until it is whole, the file that was
// there before stays as it was; if it cannot be written, nothing is left behind. What is no
// file, such as /dev/stdout, is written to as it is.
func Write(path string, to func(w io.Writer) error) (err error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return direct(path, to)
	}
	f, err := os.CreateTemp(filepath.Dir(path), Unfinished+"*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if err := errors.Join(to(f), f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func direct(path string, to func(w io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(to(f), f.Close())
}
