//go:build linux

package machine

import (
	"fmt"
	"runtime"

	"golang.org/x/sys/unix"
)

// OnCore calls start so that the processes it starts, and all theirs, run on one core only.
// A Go program then sees one core and takes GOMAXPROCS=1 by itself.
func OnCore(core int, start func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return fmt.Errorf("machine: asking for the cores: %w", err)
	}
	one.Set(core)
	if err := unix.SchedSetaffinity(0, &one); err != nil {
		return fmt.Errorf("machine: keeping to core %d: %w", core, err)
	}
	defer func() { _ = unix.SchedSetaffinity(0, &before) }() // it was allowed before
	return start()
}

// RaiseOpenFiles raises the limit of open files of this process, and of those that it
// starts, to at least n.
func RaiseOpenFiles(n uint64) error {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &l); err != nil {
		return fmt.Errorf("machine: open files: %w", err)
	}
	l.Cur, l.Max = max(l.Cur, n), max(l.Max, n)
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &l); err != nil {
		return fmt.Errorf("machine: raising the limit of open files to %d (more than the hard limit needs root): %w", n, err)
	}
	return nil
}
