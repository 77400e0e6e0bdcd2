package link

import (
	"context"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"
)

// pingTTLUnit is the unit of the TTL in a PING (ZMTP 3.1).
const pingTTLUnit = 100 * time.Millisecond

// maxPingTTL keeps the TTL below the 65.5 s at which it wraps in libzmq
// (src/zmtp_engine.cpp, 4.3.4).
const maxPingTTL = 65 * time.Second

// A conn is one ZMTP connection that has shaken hands. One goroutine receives, one sends.
type conn struct {
	*guard

	zmq   *zmq4.Conn
	ttl   uint16
	frame [1][]byte
}

// open dials and shakes hands. It returns within cfg.Handshake, or when ctx ends, whatever
// the peer does.
func open(ctx context.Context, cfg Config) (*conn, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, cfg.Handshake, errTimeout)
	defer cancel()
	nc, err := cfg.Dial(ctx, "tcp", cfg.Addr)
	if err != nil {
		return nil, fmt.Errorf("link: dialing %s: %w", cfg.Addr, err)
	}
	c, err := handshake(ctx, nc, cfg)
	if err != nil {
		_ = nc.Close()
		return nil, err
	}
	return c, nil
}

func handshake(ctx context.Context, nc net.Conn, cfg Config) (*conn, error) {
	p := &pulse{conn: nc, timeout: cfg.PongTimeout}
	g := newGuard(nc, p, &sink{conn: nc, stall: cfg.WriteStall})
	abort := context.AfterFunc(ctx, func() { _ = nc.SetDeadline(time.Unix(1, 0)) })
	z, err := shake(g, cfg.NodeID)
	if !abort() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return nil, diagnose(ctx, g, err)
	}
	if err := nc.SetDeadline(time.Time{}); err != nil {
		return nil, fmt.Errorf("link: handshake: %w", err)
	}
	p.begin()
	g.open = true
	ttl := min(cfg.PongTimeout, maxPingTTL)
	return &conn{guard: g, zmq: z, ttl: uint16(ttl / pingTTLUnit)}, nil
}

// shake exchanges greetings and READY commands.
func shake(g *guard, id string) (z *zmq4.Conn, err error) {
	defer recovered(&err)
	z, err = zmq4.Open(g, null.Security(), zmq4.Dealer, zmq4.SocketIdentity(id), false, nil)
	if err != nil {
		return nil, err
	}
	if t := z.Peer.Meta["Socket-Type"]; t != string(zmq4.Router) {
		return nil, fmt.Errorf("%w: a Locust master's socket is a ROUTER, this peer's is a %q", errNotMaster, t)
	}
	return z, nil
}

// recovered turns a panic into an error: some malformed READY commands make zmq4 panic.
func recovered(err *error) {
	if e := recover(); e != nil {
		*err = fmt.Errorf("%w: %v", errBadFrame, e)
	}
}

// receive returns the next message.
func (c *conn) receive() (payload []byte, err error) {
	defer recovered(&err)
	m, err := c.zmq.RecvMsg()
	if err != nil {
		return nil, err
	}
	if len(m.Frames) != 1 {
		return nil, fmt.Errorf("%w: a message of %d frames; Locust's have one", errBadFrame, len(m.Frames))
	}
	return m.Frames[0], nil
}

// send writes one message, in one write.
func (c *conn) send(payload []byte) error {
	c.frame[0] = payload
	err := c.write(func() error { return c.zmq.SendMsg(zmq4.NewMsgFrom(c.frame[:]...)) })
	c.frame[0] = nil
	return err
}

// ping writes a PING, whose PONG will carry the context.
func (c *conn) ping(context []byte) error {
	body := append([]byte{byte(c.ttl >> 8), byte(c.ttl)}, context...)
	return c.write(func() error { return c.zmq.SendCmd(zmq4.CmdPing, body) })
}

// pong answers a PING.
func (c *conn) pong(context []byte) error {
	return c.write(func() error { return c.zmq.SendCmd(zmq4.CmdPong, context) })
}

// write collects what f makes zmq4 write, and writes it. After a failure nothing is ever
// written again, which the sink sees to: the peer may have half a message.
func (c *conn) write(f func() error) (err error) {
	defer recovered(&err)
	if err := f(); err != nil {
		c.discard()
		return err
	}
	return c.flush()
}

// finish announces the end of what this side sends.
func (c *conn) finish() {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok && !c.sink.broken() {
		_ = half.CloseWrite()
	}
}

// close closes the connection, after reading what has come already: unread bytes would
// turn the FIN into an RST, which can take sent messages with it.
func (c *conn) close() {
	_, _ = io.CopyN(io.Discard, c.Conn, 1<<20)
	if t, ok := c.Conn.(interface{ NetConn() net.Conn }); ok && c.sink.broken() {
		_ = t.NetConn().Close() // TLS would wait for its closing alert to be taken
	}
	_ = c.Close()
}
