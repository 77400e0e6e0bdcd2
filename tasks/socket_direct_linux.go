package tasks

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
)

// A direct reads and writes a TCP connection without telling the scheduler of its system
// calls. They never block: the runtime's poller does the waiting. To the scheduler each would
// be one that may, so that its monitor wakes up to look after it, and hands the processor to
// another thread when the kernel takes 20 µs, as it does when it delivers to a server on the
// same machine. Those threads then wait for each other.
type direct struct {
	raw     syscall.RawConn // nil: it is no TCP connection
	in, out transfer
}

// A transfer is what one direction is about to read or write.
type transfer struct {
	p     []byte
	n     int
	errno syscall.Errno
	step  func(fd uintptr) bool // says whether there is nothing to wait for
}

// open makes c the connection of s.
func (s *socket) open(c net.Conn) {
	s.Conn = c
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return
	}
	if raw, err := tcp.SyscallConn(); err == nil {
		s.raw, s.in.step, s.out.step = raw, s.in.read, s.out.write
	}
}

func (t *transfer) read(fd uintptr) bool {
	t.n, t.errno = readNow(fd, t.p)
	return t.errno != syscall.EAGAIN
}

func (t *transfer) write(fd uintptr) bool {
	for t.n < len(t.p) {
		n, errno := writeNow(fd, t.p[t.n:])
		if t.errno = errno; errno != 0 {
			return errno != syscall.EAGAIN
		}
		t.n += n
	}
	return true
}

// receive is Conn's Read.
func (s *socket) receive(p []byte) (int, error) {
	if s.raw == nil || len(p) == 0 {
		return s.Conn.Read(p)
	}
	t := &s.in
	t.p, t.n, t.errno = p, 0, 0
	err := s.raw.Read(t.step)
	t.p = nil
	switch {
	case err != nil || t.errno != 0:
		return 0, s.explain("read", err, t.errno)
	case t.n == 0:
		return 0, io.EOF
	}
	return t.n, nil
}

// transmit is Conn's Write.
func (s *socket) transmit(p []byte) (int, error) {
	if s.raw == nil {
		return s.Conn.Write(p)
	}
	t := &s.out
	t.p, t.n, t.errno = p, 0, 0
	err := s.raw.Write(t.step)
	t.p = nil
	if err != nil || t.errno != 0 {
		err = s.explain("write", err, t.errno)
	}
	return t.n, err
}

// explain returns the error that net has for what happened to a system call, or to the wait
// for it.
func (s *socket) explain(op string, err error, errno syscall.Errno) error {
	if oe, ok := errors.AsType[*net.OpError](err); ok {
		err = oe.Err
	} else if err == nil {
		err = os.NewSyscallError(op, errno)
	}
	return &net.OpError{Op: op, Net: "tcp", Source: s.LocalAddr(), Addr: s.RemoteAddr(), Err: err}
}
