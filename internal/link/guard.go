package link

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
)

// Bits of the first byte of a ZMTP frame (ZMTP 3.1, RFC 37).
const (
	flagMore    = 1
	flagLong    = 2
	flagCommand = 4
)

const greetingSize = 64

var (
	errTooBig   = errors.New("link: the peer sent more than a Locust master ever does")
	errBadFrame = errors.New("link: the peer sent a malformed ZMTP frame")
)

// A guard is the net.Conn that zmq4 gets. Inbound it follows the framing of ZMTP: a frame
// over the limits fails the Read before zmq4 allocates memory for it, and after the
// handshake commands are taken out, so that zmq4 sees messages only. Outbound it collects
// what zmq4 writes until flush, so that one message is one write.
type guard struct {
	net.Conn
	pulse *pulse
	sink  *sink
	in    *bufio.Reader
	out   []byte

	greeting [greetingSize]byte // the peer's first bytes
	greeted  int                // how many of them have come
	cut      bool               // the peer has ended the connection
	open     bool               // the handshake is over
	// command is called with each command after the handshake, in the reader's goroutine.
	command func(name string, body []byte) error

	rest   uint64 // bytes of the current frame, with its header, that zmq4 has yet to get
	more   bool   // the current message goes on in the next frame
	frames int    // of the current message
	size   uint64 // of the current message
}

func newGuard(c net.Conn, p *pulse, s *sink) *guard {
	return &guard{Conn: c, pulse: p, sink: s, in: bufio.NewReaderSize(p, 32<<10)}
}

// Read gives zmq4 the greeting, and then whole frames within the limits.
func (g *guard) Read(p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, nil
	}
	defer func() { g.cut = g.cut || gone(err) }()
	if g.greeted < greetingSize {
		n, err = g.in.Read(p[:min(len(p), greetingSize-g.greeted)])
		g.greeted += copy(g.greeting[g.greeted:], p[:n])
		return n, err
	}
	for g.rest == 0 {
		if err = g.nextFrame(); err != nil {
			return 0, err
		}
	}
	n, err = g.in.Read(p[:min(uint64(len(p)), g.rest)])
	g.rest -= uint64(n)
	return n, err
}

// nextFrame looks at the header of the next frame. It takes commands out of the stream.
func (g *guard) nextFrame() error {
	flags, header, size, err := g.peekHeader()
	if err != nil {
		return err
	}
	if flags&flagCommand == 0 {
		return g.admitFrame(flags, header, size)
	}
	if size > maxCommand {
		return fmt.Errorf("%w: a command of %d bytes", errTooBig, size)
	}
	if !g.open {
		g.rest = header + size
		return nil
	}
	return g.takeCommand(int(header), int(size))
}

func (g *guard) peekHeader() (flags byte, header, size uint64, err error) {
	h, err := g.in.Peek(2)
	if err != nil {
		return 0, 0, 0, cutOff(h, err)
	}
	flags = h[0]
	if flags&^(flagMore|flagLong|flagCommand) != 0 || flags&(flagMore|flagCommand) == flagMore|flagCommand {
		return 0, 0, 0, fmt.Errorf("%w: flags %#02x", errBadFrame, flags)
	}
	if flags&flagLong == 0 {
		return flags, 2, uint64(h[1]), nil
	}
	if h, err = g.in.Peek(9); err != nil {
		return 0, 0, 0, cutOff(h, err)
	}
	return flags, 9, binary.BigEndian.Uint64(h[1:]), nil
}

// cutOff tells an end between two frames from one within a frame.
func cutOff(got []byte, err error) error {
	if len(got) > 0 && errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (g *guard) admitFrame(flags byte, header, size uint64) error {
	if !g.more {
		g.frames, g.size = 0, 0
	}
	g.more = flags&flagMore != 0
	g.frames++
	if g.frames > maxFrames {
		return fmt.Errorf("%w: a message of more than %d frames", errTooBig, maxFrames)
	}
	if size > maxMessage-g.size {
		return fmt.Errorf("%w: a message of more than %d bytes", errTooBig, maxMessage)
	}
	g.size += size
	g.rest = header + size
	return nil
}

func (g *guard) takeCommand(header, size int) error {
	if _, err := g.in.Discard(header); err != nil {
		return err
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(g.in, body); err != nil {
		return err
	}
	if size == 0 || 1+int(body[0]) > size {
		return fmt.Errorf("%w: a command without a name", errBadFrame)
	}
	end := 1 + int(body[0])
	return g.command(string(body[1:end]), body[end:])
}

// Write collects what zmq4 writes. In the handshake, in which nothing calls flush, it
// writes at once.
func (g *guard) Write(p []byte) (int, error) {
	if !g.open {
		return g.Conn.Write(p)
	}
	g.out = append(g.out, p...)
	return len(p), nil
}

// flush writes what was collected.
func (g *guard) flush() error {
	_, err := g.sink.Write(g.out)
	g.discard()
	return err
}

// discard forgets what was collected, and the memory of an unusually large message.
func (g *guard) discard() {
	if g.out = g.out[:0]; cap(g.out) > 2<<20 {
		g.out = nil
	}
}

// speaksPing says whether the peer's greeting has announced ZMTP 3.1 or later, which has
// PING and PONG.
func (g *guard) speaksPing() bool {
	major, minor := g.greeting[10], g.greeting[11]
	return major > 3 || major == 3 && minor >= 1
}
