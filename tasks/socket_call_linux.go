//go:build linux && !race

package tasks

import (
	"syscall"
	"unsafe"
)

func readNow(fd uintptr, p []byte) (int, syscall.Errno)  { return callNow(syscall.SYS_READ, fd, p) }
func writeNow(fd uintptr, p []byte) (int, syscall.Errno) { return callNow(syscall.SYS_WRITE, fd, p) }

// callNow reads or writes. The descriptor does not block.
func callNow(trap, fd uintptr, p []byte) (int, syscall.Errno) {
	for {
		n, _, errno := syscall.RawSyscall(trap, fd, uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)))
		switch errno {
		case 0:
			return int(n), 0
		case syscall.EINTR:
		default:
			return 0, errno
		}
	}
}
