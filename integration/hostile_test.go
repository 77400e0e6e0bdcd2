//go:build integration

package integration

import (
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"

	"github.com/hopperband/hopperband/integration/rig"
)

const (
	// untilRepeated is for three connections, each with the 5 s of a silent handshake, on a
	// machine that starts as many workers as there are peers.
	untilRepeated = 2 * time.Minute
	maxMemory     = 200 << 20
)

// TestHostile gives each of many workers a peer that is no master. Each names the reason
// once, takes no memory for what is announced, goes on trying, and ends when told to.
func TestHostile(t *testing.T) {
	t.Parallel()
	s := newScene(t, 2*time.Minute)
	var victims []*victim
	for _, h := range hostiles() {
		victims = append(victims, s.victim(h.name, h.want, h.serve))
	}
	for _, b := range bombs() {
		victims = append(victims, s.victim("bomb: "+b.name, b.want, b.serve))
	}
	for _, v := range victims {
		t.Run(v.name, func(t *testing.T) { v.check(t, s) })
	}
}

// A victim is a worker with a peer of its own.
type victim struct {
	name, want string
	worker     *rig.Worker
	peer       *peer
}

func (s *scene) victim(name, want string, serve func(net.Conn)) *victim {
	s.t.Helper()
	p := s.peer(serve)
	return &victim{name: name, want: want, peer: p, worker: s.worker(fileName(name), p.addr())}
}

func fileName(s string) string {
	return strings.NewReplacer(" ", "-", ":", "", ",", "", "^", "").Replace(s)
}

func (v *victim) check(t *testing.T, s *scene) {
	v.peer.wait(t, 3, untilRepeated)
	memory, err := v.worker.PeakMemory()
	if err != nil || memory > maxMemory {
		t.Errorf("peak memory %d MiB, %v; want at most %d", memory>>20, err, maxMemory>>20)
	}
	t.Logf("peak memory %d MiB", memory>>20)
	s.terminate(v.worker.Process, 2*time.Second, 0)
	lines := complaints(t, v.worker.Process)
	if len(lines) != 1 {
		t.Fatalf("complaints %+v, want one", lines)
	}
	if m := lines[0].Message; !strings.Contains(m, v.want) || !strings.Contains(m, "cannot reach master "+v.peer.addr()) {
		t.Errorf("complaint %q, want the address and %q", m, v.want)
	}
}

// serve plays the peer on one connection.
func (h hostile) serve(c net.Conn) {
	_, _ = io.WriteString(c, h.send)
	if tcp, ok := c.(*net.TCPConn); ok && !h.hold {
		_ = tcp.CloseWrite()
	}
	_, _ = io.Copy(io.Discard, c)
}

// serve answers a worker's first message with the bomb.
func (b bomb) serve(c net.Conn) {
	z, err := zmq4.Open(c, null.Security(), zmq4.Router, nil, true, nil)
	if err != nil {
		return
	}
	if _, err := z.RecvMsg(); err != nil {
		return
	}
	if err := z.SendMsg(zmq4.NewMsg([]byte(b.payload))); err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, c)
}

// A peer listens in a master's place.
type peer struct {
	listener net.Listener
	accepted atomic.Int64
	another  chan struct{}
}

// peer starts one that serves each connection and closes it then.
func (s *scene) peer(serve func(net.Conn)) *peer {
	s.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	s.ok(err)
	p := &peer{listener: l, another: make(chan struct{}, 1)}
	s.t.Cleanup(func() { _ = l.Close() })
	go p.listen(serve)
	return p
}

func (p *peer) listen(serve func(net.Conn)) {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.accepted.Add(1)
		select {
		case p.another <- struct{}{}:
		default:
		}
		go func() {
			defer func() { _ = c.Close() }()
			serve(c)
		}()
	}
}

func (p *peer) addr() string { return p.listener.Addr().String() }

// wait waits for the nth connection.
func (p *peer) wait(t *testing.T, n int64, within time.Duration) {
	t.Helper()
	limit := time.After(within)
	for p.accepted.Load() < n {
		select {
		case <-p.another:
		case <-limit:
			t.Fatalf("%d connections within %v, want %d", p.accepted.Load(), within, n)
		}
	}
}
