// Package wholefile writes files that are there whole or not at all.
package wholefile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// Unfinished begins the name of a file that is being written, beside the one that it will be.
const Unfinished = ".unfinished-"

// Write writes the file at path, or that to which a link there leads, of what is put into w.
// Until it is whole, the file that was there before stays as it was; if it cannot be written,
// nothing is left behind. What is no file, such as /dev/stdout, is written to as it is; a pipe
// that nobody reads is an error.
func Write(path string, to func(w io.Writer) error) (err error) {
	path = Behind(path)
	if info, err := os.Stat(path); err == nil {
		if own := output(info); own != nil {
			return to(own)
		}
		if !info.Mode().IsRegular() {
			return direct(path, to)
		}
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

// output is the program's own output that goes to a file, as /dev/stdout does; nil if none.
func output(info os.FileInfo) *os.File {
	for _, f := range []*os.File{os.Stdout, os.Stderr} {
		if own, err := f.Stat(); err == nil && os.SameFile(own, info) {
			return f
		}
	}
	return nil
}

// Behind is the file to which a symbolic link leads. One that leads nowhere, and what is no
// link, is itself.
func Behind(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

func direct(path string, to func(w io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0) // of a named pipe, not to wait for a reader
	if err != nil {
		return err
	}
	return errors.Join(to(f), f.Close())
}
