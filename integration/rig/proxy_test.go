package rig_test

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"

	"github.com/hopperband/hopperband/integration/rig"
	"github.com/hopperband/hopperband/protocol"
)

// ends are a worker and a master of ZeroMQ's, connected through a proxy.
type ends struct {
	worker, master       *zmq4.Conn
	workerTCP, masterTCP net.Conn
}

// connect builds the connection. All that is done with it has to be done in time.
func connect(t *testing.T, p *rig.Proxy, master net.Listener) ends {
	t.Helper()
	accepted := make(chan net.Conn, 1)
	go func() {
		c, err := master.Accept()
		if err == nil {
			accepted <- c
		}
		close(accepted)
	}()
	w, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	m, ok := <-accepted
	if !ok {
		t.Fatal("no connection to the master")
	}
	for _, c := range []net.Conn{w, m} {
		t.Cleanup(func() { _ = c.Close() })
		if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	e := ends{workerTCP: w, masterTCP: m}
	opened := make(chan error, 1)
	go func() {
		var err error
		e.master, err = zmq4.Open(m, null.Security(), zmq4.Router, nil, true, nil)
		opened <- err
	}()
	if e.worker, err = zmq4.Open(w, null.Security(), zmq4.Dealer, zmq4.SocketIdentity("id"), false, nil); err != nil {
		t.Fatal(err)
	}
	if err := <-opened; err != nil {
		t.Fatal(err)
	}
	return e
}

// newProxy returns a proxy and the listener behind it.
func newProxy(t *testing.T) (*rig.Proxy, net.Listener) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	p, err := rig.NewProxy(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p, l
}

func sendFrom(t *testing.T, conn *zmq4.Conn, m protocol.Message) {
	t.Helper()
	b, err := protocol.Append(nil, "id", m)
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.SendMsg(zmq4.NewMsg(b)); err != nil {
		t.Fatal(err)
	}
}

func receiveType(t *testing.T, conn *zmq4.Conn, want string) {
	t.Helper()
	msg, err := conn.RecvMsg()
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := protocol.FromWorker(msg.Bytes())
	if err != nil || m.Type() != want {
		t.Fatalf("received %v, %v; want %s", m, err, want)
	}
}

func TestProxyRecords(t *testing.T) {
	p, l := newProxy(t)
	e := connect(t, p, l)
	sendFrom(t, e.worker, &protocol.ClientReady{})
	receiveType(t, e.master, "client_ready")
	if err := e.master.SendMsg(zmq4.NewMsg([]byte{0xc1})); err != nil {
		t.Fatal(err)
	}
	bad, err := p.WaitFrame(bounded(t), func(f rig.Frame) bool { return f.From == rig.FromMaster })
	if err != nil {
		t.Fatal(err)
	}
	if bad.Err == nil || bad.Message != nil || bad.Connection != 1 {
		t.Errorf("bad message: %+v, want its error", bad)
	}
	frames := p.Frames()
	if len(frames) != 2 || !frames[0].Is("client_ready") || frames[0].NodeID != "id" || frames[0].From != rig.FromWorker {
		t.Errorf("frames: %+v, want client_ready and the bad one", frames)
	}
}

func TestProxyFilter(t *testing.T) {
	p, l := newProxy(t)
	e := connect(t, p, l)
	verdicts := map[string]rig.Verdict{"spawning": rig.Drop, "quit": rig.Cut}
	p.Filter(func(f rig.Frame) rig.Verdict { return verdicts[f.Message.Type()] })
	sendFrom(t, e.worker, &protocol.Spawning{})
	sendFrom(t, e.worker, &protocol.ClientStopped{})
	receiveType(t, e.master, "client_stopped") // the one before it was dropped
	sendFrom(t, e.worker, &protocol.Quit{})
	if msg, err := e.master.RecvMsg(); err == nil {
		t.Errorf("received %v after the cut", msg)
	}
}

func TestProxyCut(t *testing.T) {
	p, l := newProxy(t)
	e := connect(t, p, l)
	p.Cut()
	for name, c := range map[string]net.Conn{"worker": e.workerTCP, "master": e.masterTCP} {
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%s reads %v, want a reset", name, err)
		}
	}
	again := connect(t, p, l)
	sendFrom(t, again.worker, &protocol.Quit{})
	receiveType(t, again.master, "quit")
	if n := p.Connections(); n != 1 {
		t.Errorf("%d connections, want the new one", n)
	}
}

func TestProxyPassesTheEnd(t *testing.T) {
	p, l := newProxy(t)
	e := connect(t, p, l)
	sendFrom(t, e.worker, &protocol.Quit{})
	_ = e.workerTCP.Close()
	receiveType(t, e.master, "quit")
	if _, err := e.masterTCP.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("the master reads %v, want the end", err)
	}
}

func TestProxyRefuse(t *testing.T) {
	p, l := newProxy(t)
	p.Refuse()
	if c, err := net.Dial("tcp", p.Addr()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Fatalf("Dial: %v, %v; want a refusal", c, err)
	}
	if err := p.Accept(); err != nil {
		t.Fatal(err)
	}
	connect(t, p, l)
}

func TestProxyStall(t *testing.T) {
	p, l := newProxy(t)
	e := connect(t, p, l)
	p.Stall()
	sendFrom(t, e.worker, &protocol.Quit{})
	if _, err := p.WaitFrame(bounded(t), func(f rig.Frame) bool { return f.Is("quit") }); err != nil {
		t.Fatal(err)
	}
	_ = e.masterTCP.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if n, err := e.masterTCP.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Errorf("Read: %d, %v; want nothing to pass", n, err)
	}
	_ = e.masterTCP.SetReadDeadline(time.Now().Add(20 * time.Second))
	p.Flow()
	receiveType(t, e.master, "quit")
}

// Close does not wait for anything that is stalled.
func TestProxyCloseStalled(t *testing.T) {
	p, l := newProxy(t)
	e := connect(t, p, l)
	p.Stall()
	sendFrom(t, e.worker, &protocol.Quit{})
	ctx, cancel := context.WithCancel(bounded(t))
	go func() { p.Close(); cancel() }()
	<-ctx.Done()
	if !errors.Is(ctx.Err(), context.Canceled) {
		t.Error("Close hangs")
	}
}
