//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/hopperband/hopperband/bench/internal/record"
)

const (
	answer   = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, world!"
	events   = 512      // taken from the kernel at a time
	capacity = 16 << 10 // of the buffer that all connections read into
)

// A loop is the server. All but its counters belongs to the goroutine of run.
type loop struct {
	minDelay, maxDelay time.Duration

	requests    atomic.Int64
	connections atomic.Int64
	times       record.Histogram

	epoll, listener int
	conns           []*conn // by descriptor
	held            queue
	buffer          [capacity]byte
	answers         []byte // of one read
}

func (l *loop) delays() bool { return l.maxDelay > 0 }

// open listens on a free port of 127.0.0.1.
func (l *loop) open() (address string, err error) {
	if l.listener, err = unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0); err != nil {
		return "", err
	}
	if err := unix.Bind(l.listener, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return "", err
	}
	if err := unix.Listen(l.listener, 1<<16-1); err != nil {
		return "", err
	}
	name, err := unix.Getsockname(l.listener)
	if err != nil {
		return "", err
	}
	if l.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return "", err
	}
	return fmt.Sprintf("127.0.0.1:%d", name.(*unix.SockaddrInet4).Port), l.watch(l.listener)
}

func (l *loop) watch(fd int) error {
	return unix.EpollCtl(l.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
}

func (l *loop) run() error {
	runtime.LockOSThread()
	var ready [events]unix.EpollEvent
	for {
		n, err := l.wait(ready[:])
		if err != nil {
			return fmt.Errorf("target: waiting for events: %w", err)
		}
		for _, e := range ready[:n] {
			if int(e.Fd) == l.listener {
				err = l.accept()
			} else {
				l.read(l.conns[e.Fd])
			}
			if err != nil {
				return fmt.Errorf("target: accepting: %w", err)
			}
		}
		l.release()
	}
}

// wait waits for events, at the longest until an answer is due. While anyone is connected it
// does not sleep: whoever wakes a thread on another core, as a request does, needs several
// microseconds for that, and a generator slower than the target would have to do so for each
// request, a faster one for few.
func (l *loop) wait(ready []unix.EpollEvent) (int, error) {
	call, timeout := unix.RawSyscall6, new(unix.Timespec)
	if l.connections.Load() == 0 {
		call, timeout = unix.Syscall6, nil // for ever
	}
	for {
		n, _, errno := call(unix.SYS_EPOLL_PWAIT2, uintptr(l.epoll), uintptr(unsafe.Pointer(&ready[0])),
			uintptr(len(ready)), uintptr(unsafe.Pointer(timeout)), 0, 0)
		switch {
		case errno == unix.EINTR:
		case errno != 0:
			return 0, errno
		case n > 0 || len(l.held) > 0 && !time.Now().Before(l.held[0].due):
			return int(n), nil
		}
	}
}

func (l *loop) accept() error {
	for {
		fd, _, err := unix.Accept4(l.listener, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		switch {
		case errors.Is(err, unix.EAGAIN):
			return nil
		case errors.Is(err, unix.ECONNABORTED), errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return err
		}
		for fd >= len(l.conns) {
			l.conns = append(l.conns, nil)
		}
		l.conns[fd] = &conn{fd: fd}
		l.connections.Add(1)
		if err := l.watch(fd); err != nil {
			return err
		}
	}
}

// read takes what a connection has sent and answers whatever of it is a whole request.
func (l *loop) read(c *conn) {
	n := copy(l.buffer[:], c.partial)
	got, errno := c.read(l.buffer[n:])
	switch {
	case errno == unix.EAGAIN:
		return
	case errno != 0 || got == 0:
		l.close(c)
		return
	}
	input := l.buffer[:n+got]
	l.answers = l.answers[:0]
	for {
		end := bytes.Index(input, []byte("\r\n\r\n"))
		if end < 0 {
			break
		}
		input = input[end+4:]
		if l.delays() {
			l.hold(c)
			break // a generator that sends the next request before the answer is none of the peers
		}
		l.answers = append(l.answers, answer...)
		l.requests.Add(1)
	}
	c.partial = append(c.partial[:0], input...)
	if len(c.partial) == capacity || len(l.answers) > 0 && !c.write(l.answers) {
		l.close(c)
	}
}

func (l *loop) hold(c *conn) {
	c.arrived = time.Now()
	c.due = c.arrived.Add(l.minDelay + time.Duration(rand.Int64N(int64(l.maxDelay-l.minDelay)+1)))
	l.held.add(c)
}

// release sends the answers that are due.
func (l *loop) release() {
	for len(l.held) > 0 && !time.Now().Before(l.held[0].due) {
		c := l.held.next()
		if c.closed {
			continue
		}
		if !c.write([]byte(answer)) {
			l.close(c)
			continue
		}
		l.times.Add(time.Since(c.arrived))
		l.requests.Add(1)
	}
}

func (l *loop) close(c *conn) {
	if c.closed {
		return
	}
	c.closed = true
	l.conns[c.fd] = nil
	l.connections.Add(-1)
	_ = unix.Close(c.fd)
}
