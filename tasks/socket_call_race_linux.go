//go:build linux && race

package tasks

import (
	"errors"
	"syscall"
)

// To the race detector, what one side writes happens before the other reads it. It learns so
// from package syscall alone.

func readNow(fd uintptr, p []byte) (int, syscall.Errno)  { return callNow(syscall.Read, fd, p) }
func writeNow(fd uintptr, p []byte) (int, syscall.Errno) { return callNow(syscall.Write, fd, p) }

func callNow(f func(int, []byte) (int, error), fd uintptr, p []byte) (int, syscall.Errno) {
	for {
		n, err := f(int(fd), p)
		if err == nil {
			return n, 0
		}
		if errno, _ := errors.AsType[syscall.Errno](err); errno != syscall.EINTR {
			return 0, errno
		}
	}
}
