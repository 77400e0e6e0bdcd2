package link

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// A scripted conn gives bytes to read and keeps what is written, write by write.
type scripted struct {
	net.Conn
	in     io.Reader
	writes [][]byte
}

func (c *scripted) Read(p []byte) (int, error) { return c.in.Read(p) }

func (c *scripted) Write(p []byte) (int, error) {
	c.writes = append(c.writes, bytes.Clone(p))
	return len(p), nil
}

func (*scripted) SetReadDeadline(time.Time) error  { return nil }
func (*scripted) SetWriteDeadline(time.Time) error { return nil }

// opened is a guard behind its handshake that reads in.
func opened(in io.Reader) (*guard, *scripted) {
	c := &scripted{in: in}
	g := newGuard(c, &pulse{conn: c, live: true}, &sink{conn: c, stall: time.Second})
	g.greeted, g.open = greetingSize, true
	g.command = func(string, []byte) error { return nil }
	return g, c
}

func TestGuardTakesCommandsOut(t *testing.T) {
	stream := "\x00\x01a" + "\x04\x08\x04PINGttl" + "\x01\x01b" + "\x04\x05\x04PONG" + "\x02\x00\x00\x00\x00\x00\x00\x00\x01c" + "\x06\x00\x00\x00\x00\x00\x00\x00\x03\x01Xy"
	g, _ := opened(bytes.NewReader([]byte(stream)))
	var commands []string
	g.command = func(name string, body []byte) error {
		commands = append(commands, name+" "+string(body))
		return nil
	}
	got, err := io.ReadAll(g)
	if want := "\x00\x01a\x01\x01b\x02\x00\x00\x00\x00\x00\x00\x00\x01c"; string(got) != want || err != nil {
		t.Errorf("read %q, %v, want %q", got, err, want)
	}
	want := []string{"PING ttl", "PONG ", "X y"}
	if len(commands) != len(want) || commands[0] != want[0] || commands[1] != want[1] || commands[2] != want[2] {
		t.Errorf("commands %q, want %q", commands, want)
	}
}

// The longest name has 255 bytes. Unknown commands are to be ignored (ZMTP 3.1, RFC 37).
func TestGuardTakesLongNames(t *testing.T) {
	name := strings.Repeat("N", 255)
	stream := "\x06\x00\x00\x00\x00\x00\x00\x01\x02\xff" + name + "ab" + "\x00\x01a"
	g, _ := opened(strings.NewReader(stream))
	var got string
	g.command = func(name string, body []byte) error { got = name + string(body); return nil }
	if rest, err := io.ReadAll(g); got != name+"ab" || string(rest) != "\x00\x01a" || err != nil {
		t.Errorf("command %q, then %q, %v", got, rest, err)
	}
}

func TestGuardWritesOnce(t *testing.T) {
	g, c := opened(nil)
	for _, size := range []int{0, 1, 300, slice - 9} {
		c.writes = nil
		body := bytes.Repeat([]byte{7}, size)
		for _, part := range [][]byte{{0, 9}, body} {
			if n, err := g.Write(part); n != len(part) || err != nil {
				t.Fatal(n, err)
			}
		}
		if err := g.flush(); err != nil {
			t.Fatal(err)
		}
		if len(c.writes) != 1 || !bytes.Equal(c.writes[0], append([]byte{0, 9}, body...)) {
			t.Errorf("%d bytes: %d writes, want one", size, len(c.writes))
		}
	}
	_, _ = g.Write(make([]byte, 5<<20))
	if _ = g.flush(); cap(g.out) != 0 {
		t.Errorf("%d bytes are kept after a large message", cap(g.out))
	}
}

func TestSinkIsDoneAfterAFailure(t *testing.T) {
	ours, theirs := net.Pipe()
	s := &sink{conn: ours, stall: time.Minute}
	go func() {
		_, _ = io.ReadFull(theirs, make([]byte, 10))
		_ = theirs.Close()
	}()
	if n, err := s.Write(make([]byte, 20)); n != 10 || err == nil {
		t.Errorf("wrote %d, %v, want 10 and an error", n, err)
	}
	if n, err := s.Write([]byte("more")); n != 0 || err == nil || !s.broken() {
		t.Errorf("after the failure: %d, %v", n, err)
	}
}

func TestSinkStop(t *testing.T) {
	ours, theirs := net.Pipe()
	defer theirs.Close()
	s := &sink{conn: ours, stall: time.Minute}
	blocked := make(chan error)
	go func() {
		_, err := s.Write(make([]byte, 3*slice))
		blocked <- err
	}()
	if _, err := io.ReadFull(theirs, make([]byte, slice+1)); err != nil {
		t.Fatal(err)
	}
	s.stop()
	if err := <-blocked; err == nil {
		t.Error("a stopped Write has succeeded")
	}
	if _, err := s.Write([]byte("x")); !errors.Is(err, errStopped) {
		t.Errorf("after stop: %v", err)
	}
}

func FuzzGuard(f *testing.F) {
	f.Add([]byte("\x00\x01a\x04\x08\x04PINGttl\x01\x01b\x00\x01c"))
	f.Add([]byte("\x02\x40\x00\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte("\x06\x00\x00\x00\x00\x00\x00\x00\x03\x01Xy"))
	f.Add(bytes.Repeat([]byte("\x01\x00"), 20))
	f.Fuzz(func(t *testing.T, stream []byte) {
		g, _ := opened(bytes.NewReader(stream))
		g.command = func(name string, body []byte) error {
			if len(name)+len(body) > maxCommand {
				t.Errorf("a command of %d bytes", len(name)+len(body))
			}
			return nil
		}
		frames, size := 0, uint64(0)
		for {
			flags, n, err := readFrame(g)
			if err != nil {
				return
			}
			if flags&flagCommand != 0 {
				t.Fatal("a command got through")
			}
			frames, size = frames+1, size+n
			if frames > maxFrames || size > maxMessage {
				t.Fatalf("a message of %d frames and %d bytes got through", frames, size)
			}
			if flags&flagMore == 0 {
				frames, size = 0, 0
			}
		}
	})
}

// readFrame reads a frame as zmq4 does, and drops its body.
func readFrame(r io.Reader) (flags byte, size uint64, err error) {
	var h [9]byte
	if _, err := io.ReadFull(r, h[:2]); err != nil {
		return 0, 0, err
	}
	size = uint64(h[1])
	if h[0]&flagLong != 0 {
		if _, err := io.ReadFull(r, h[2:]); err != nil {
			return 0, 0, err
		}
		size = binary.BigEndian.Uint64(h[1:])
	}
	_, err = io.CopyN(io.Discard, r, int64(min(size, maxMessage+1)))
	return h[0], size, err
}
