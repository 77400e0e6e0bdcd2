package link_test

import (
	"encoding/binary"
	"io"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"

	"github.com/hopperband/hopperband/protocol"
)

// patience bounds what a test waits for on real sockets.
const patience = 30 * time.Second

// A master is the listening half of a scripted Locust master.
type master struct {
	t  testing.TB
	ln net.Listener
}

func listen(t testing.TB) *master {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	return &master{t, ln}
}

func (m *master) addr() string { return m.ln.Addr().String() }

// connect takes the next TCP connection.
func (m *master) connect() net.Conn {
	m.t.Helper()
	_ = m.ln.(*net.TCPListener).SetDeadline(time.Now().Add(patience))
	c, err := m.ln.Accept()
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { _ = c.Close() })
	return c
}

// accept takes the next connection and shakes hands.
func (m *master) accept() *peer {
	m.t.Helper()
	return shake(m.t, m.connect(), 1)
}

// A peer is a master's end of one connection.
type peer struct {
	t    testing.TB
	conn net.Conn
	zmq  *zmq4.Conn
	mute bool // message answers no PING
}

// shake shakes hands as a ROUTER that speaks ZMTP 3.minor.
func shake(t testing.TB, c net.Conn, minor byte) *peer {
	t.Helper()
	z, err := zmq4.Open(&greeter{Conn: c, minor: minor}, null.Security(), zmq4.Router, nil, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &peer{t: t, conn: c, zmq: z}
}

// A greeter changes the version in the greeting, in which zmq4 always says 3.0.
type greeter struct {
	net.Conn
	minor byte
	once  sync.Once
}

func (g *greeter) Write(p []byte) (int, error) {
	g.once.Do(func() {
		p = slices.Clone(p)
		p[11] = g.minor
	})
	return g.Conn.Write(p)
}

// identity is what the worker has announced.
func (p *peer) identity() string { return p.zmq.Peer.Meta["Identity"] }

// A frame is one frame of ZMTP: a message, or a command with a name.
type frame struct {
	command string
	body    []byte
}

// frame reads the next frame, command or message.
func (p *peer) frame() (frame, error) {
	_ = p.conn.SetReadDeadline(time.Now().Add(patience))
	var h [9]byte
	if _, err := io.ReadFull(p.conn, h[:2]); err != nil {
		return frame{}, err
	}
	size := uint64(h[1])
	if h[0]&2 != 0 {
		if _, err := io.ReadFull(p.conn, h[2:9]); err != nil {
			return frame{}, err
		}
		size = binary.BigEndian.Uint64(h[1:])
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(p.conn, body); err != nil {
		return frame{}, err
	}
	if h[0]&4 != 0 {
		return frame{string(body[1 : 1+body[0]]), body[1+body[0]:]}, nil
	}
	return frame{"", body}, nil
}

// next reads the next frame, and fails the test if there is none.
func (p *peer) next() frame {
	p.t.Helper()
	f, err := p.frame()
	if err != nil {
		p.t.Fatalf("reading a frame: %v", err)
	}
	return f
}

// message reads the next message, answering PINGs before it.
func (p *peer) message() protocol.Message {
	p.t.Helper()
	for {
		f := p.next()
		switch f.command {
		case "":
			m, _, err := protocol.FromWorker(f.body)
			if err != nil {
				p.t.Fatal(err)
			}
			return m
		case "PING":
			if !p.mute {
				p.command("PONG", f.body[2:])
			}
		}
	}
}

// types reads n messages and returns their types.
func (p *peer) types(n int) []string {
	p.t.Helper()
	var types []string
	for range n {
		types = append(types, p.message().Type())
	}
	return types
}

// ping reads the next frame, which must be a PING, and returns its context.
func (p *peer) ping() []byte {
	p.t.Helper()
	f := p.next()
	if f.command != "PING" {
		p.t.Fatalf("got %q %.40q, want a PING", f.command, f.body)
	}
	return f.body[2:]
}

// rest answers PINGs until the connection ends, and returns the messages and the end.
func (p *peer) rest() (types []string, end error) {
	for {
		f, err := p.frame()
		if err != nil {
			return types, err
		}
		switch f.command {
		case "PING":
			_ = p.zmq.SendCmd("PONG", f.body[2:])
		case "":
			m, _, err := protocol.FromWorker(f.body)
			if err != nil {
				p.t.Error(err)
				return types, err
			}
			types = append(types, m.Type())
		}
	}
}

func (p *peer) command(name string, body []byte) {
	p.t.Helper()
	if err := p.zmq.SendCmd(name, body); err != nil {
		p.t.Fatal(err)
	}
}

// send sends messages as a master does.
func (p *peer) send(ms ...protocol.Message) {
	p.t.Helper()
	for _, m := range ms {
		b, err := protocol.Append(nil, nodeID, m)
		if err != nil {
			p.t.Fatal(err)
		}
		p.raw(b)
	}
}

// raw sends a payload.
func (p *peer) raw(b []byte) {
	p.t.Helper()
	if err := p.zmq.SendMsg(zmq4.NewMsg(b)); err != nil {
		p.t.Fatal(err)
	}
}

// reset ends the connection with an RST.
func (p *peer) reset() {
	_ = p.conn.(*net.TCPConn).SetLinger(0)
	_ = p.conn.Close()
}
