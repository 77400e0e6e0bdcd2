//go:build unix

package tasks

import (
	"errors"
	"net"
	"syscall"
)

// quiet says whether the other side of an idle connection has said nothing: it has neither
// closed it nor sent what nobody asked for.
func quiet(c net.Conn) bool {
	sc, ok := c.(syscall.Conn)
	if !ok {
		return true
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return false
	}
	silent := false
	err = raw.Control(func(fd uintptr) {
		var b [1]byte
		_, err := syscall.Read(int(fd), b[:]) // it does not block; what it reads makes the connection useless
		silent = errors.Is(err, syscall.EAGAIN)
	})
	return err == nil && silent
}
