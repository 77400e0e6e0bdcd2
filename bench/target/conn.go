//go:build linux

package main

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A conn is one connection of a user.
type conn struct {
	fd      int
	closed  bool
	partial []byte // the beginning of a request whose rest is still to come

	arrived, due time.Time // of the answer that is held back
}

// read and write spare the Go scheduler's part of a system call: the descriptor never
// blocks.

func (c *conn) read(b []byte) (int, unix.Errno) {
	n, _, errno := unix.RawSyscall(unix.SYS_READ, uintptr(c.fd), uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
	return int(n), errno
}

// write reports whether all of b was taken. A user that leaves no room for an answer of
// a hundred bytes does not read.
func (c *conn) write(b []byte) bool {
	n, _, errno := unix.RawSyscall(unix.SYS_WRITE, uintptr(c.fd), uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
	return errno == 0 && int(n) == len(b)
}
