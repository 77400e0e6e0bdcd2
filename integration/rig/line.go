package rig

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// The framing of ZMTP 3.x (rfc.zeromq.org/spec:23): a greeting of 64 bytes, then frames of
// flags, a length of one or eight bytes, and a body.
const (
	greetingSize = 64
	flagLong     = 0x02
	flagCommand  = 0x04
	maxFrame     = 256 << 20
)

// A line is one connection through a Proxy: the worker's and the one to the master.
type line struct {
	proxy          *Proxy
	number         int
	worker, master net.Conn

	once sync.Once
	done chan struct{}
}

// cut resets both connections.
func (l *line) cut() {
	l.once.Do(func() {
		close(l.done)
		reset(l.worker)
		reset(l.master)
	})
}

// reset closes a connection so that the peer sees an error and not an end.
func reset(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	_ = c.Close()
}

// run carries both directions until one ends.
func (l *line) run() {
	var both sync.WaitGroup
	both.Go(func() { l.end(l.carry(FromWorker, l.worker, l.master)) })
	both.Go(func() { l.end(l.carry(FromMaster, l.master, l.worker)) })
	both.Wait()
}

// end closes the line as its peer did: an end of the stream after all that came before it,
// anything else as a cut.
func (l *line) end(err error) {
	if err != nil {
		l.cut()
		return
	}
	l.once.Do(func() {
		close(l.done)
		_ = l.worker.Close()
		_ = l.master.Close()
	})
}

// carry passes one direction on, frame by frame. It returns nil at the end of the stream.
func (l *line) carry(side Side, from io.Reader, to io.Writer) error {
	r := bufio.NewReader(from)
	if err := l.greet(r, to); err != nil {
		return orEnd(err)
	}
	for {
		raw, body, err := readFrame(r)
		if err != nil {
			return orEnd(err)
		}
		verdict := Forward
		if raw[0]&flagCommand == 0 {
			verdict = l.proxy.judge(newFrame(l.number, side, body, time.Now()))
		}
		switch verdict {
		case Forward:
			err = l.pass(to, raw)
		case Cut:
			err = errors.New("rig: proxy: cut by its filter")
		case Drop:
		}
		if err != nil {
			return err
		}
	}
}

// greet passes the greeting on in the pieces it comes in: libzmq sends the rest of its own
// only when it has seen the beginning of its peer's.
func (l *line) greet(from io.Reader, to io.Writer) error {
	piece := make([]byte, greetingSize)
	for left := greetingSize; left > 0; {
		n, err := from.Read(piece[:left])
		if err != nil {
			return err
		}
		if err := l.pass(to, piece[:n]); err != nil {
			return err
		}
		left -= n
	}
	return nil
}

// pass writes when the proxy is not stalled.
func (l *line) pass(to io.Writer, b []byte) error {
	select {
	case <-l.proxy.gate():
	case <-l.done:
		return net.ErrClosed
	}
	_, err := to.Write(b)
	return err
}

func orEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// readFrame returns a whole frame and its body, which is a part of it.
func readFrame(r *bufio.Reader) (raw, body []byte, err error) {
	flags, err := r.Peek(1)
	if err != nil {
		return nil, nil, err
	}
	head := 2
	if flags[0]&flagLong != 0 {
		head = 9
	}
	b, err := r.Peek(head)
	if err != nil {
		return nil, nil, err
	}
	size := uint64(b[1])
	if head == 9 {
		size = binary.BigEndian.Uint64(b[1:])
	}
	if size > maxFrame {
		return nil, nil, fmt.Errorf("rig: proxy: frame of %d bytes", size)
	}
	raw = make([]byte, head+int(size))
	_, err = io.ReadFull(r, raw)
	return raw, raw[head:], err
}
