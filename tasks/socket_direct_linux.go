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

	first func(fd uintptr) bool
	block *block // has what has arrived, behind the first at bytes
	at    int
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
		s.raw, s.in.step, s.out.step, s.first = raw, s.in.read, s.out.write, s.readBlock
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

// readBlock reads into a block, which it takes only if there is something for it.
func (s *socket) readBlock(fd uintptr) bool {
	b := takeBlock()
	s.in.n, s.in.errno = readNow(fd, b[:])
	if s.in.n > 0 {
		s.block, s.at = b, 0
		return true
	}
	giveBlock(b)
	if s.in.errno == syscall.EAGAIN {
		s.waited = true
		return false
	}
	return true
}

// arrive waits for the beginning of an answer. Many users wait most of the time: none of them
// has a buffer meanwhile.
func (s *socket) arrive() error {
	if s.raw == nil || s.block != nil {
		return nil
	}
	return s.read(s.first)
}

// receive is Conn's Read.
func (s *socket) receive(p []byte) (int, error) {
	switch {
	case s.raw == nil || len(p) == 0:
		return s.Conn.Read(p)
	case s.block != nil:
		return s.take(p), nil
	}
	t := &s.in
	t.p = p
	err := s.read(t.step)
	t.p = nil
	if err != nil {
		return 0, err
	}
	return t.n, nil
}

// take takes what has arrived.
func (s *socket) take(p []byte) int {
	n := copy(p, s.block[s.at:s.in.n])
	if s.at += n; s.at == s.in.n {
		giveBlock(s.block)
		s.block = nil
	}
	return n
}

func (s *socket) read(step func(fd uintptr) bool) error {
	t := &s.in
	t.n, t.errno = 0, 0
	err := s.raw.Read(step)
	switch {
	case err != nil || t.errno != 0:
		return s.explain("read", err, t.errno)
	case t.n == 0:
		return io.EOF
	}
	return nil
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
