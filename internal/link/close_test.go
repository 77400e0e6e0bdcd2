package link_test

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/link"
	"github.com/hopperband/hopperband/protocol"
)

func TestCloseSendsEverything(t *testing.T) {
	leakless(t)
	o, p, s := pair(t)
	for range 500 {
		p.send(&protocol.HeartbeatEcho{}) // unread by the owner: would make an RST of a plain close
	}
	o.Note(note("last"))
	o.PostReport(s, 1, report("a"), report("b"))
	o.Post(s, &protocol.ClientStopped{}, &protocol.Quit{})
	var got []string
	var end error
	rest := make(chan struct{})
	go func() {
		defer close(rest)
		got, end = p.rest()
		_ = p.conn.Close()
	}()
	if err := o.Close(within(t, patience)); err != nil {
		t.Error(err)
	}
	<-rest
	posted := slices.DeleteFunc(slices.Clone(got), func(name string) bool { return name == "exception" })
	if want := []string{"stats", "stats", "client_stopped", "quit"}; !slices.Equal(posted, want) || len(got) != 5 || got[4] != "quit" {
		t.Errorf("arrived %v, want %v, and the exception before quit", got, want)
	}
	if !errors.Is(end, io.EOF) {
		t.Errorf("the connection ended with %v, want a FIN", end)
	}
	if o.State() != link.StateClosed {
		t.Errorf("state %v, want closed", o.State())
	}
	if o.Note(note("late")) {
		t.Error("a note was taken after Close")
	}
	if err := o.Close(t.Context()); err != nil {
		t.Errorf("second Close: %v", err)
	}
}

func TestCloseWaitsForThePong(t *testing.T) {
	o, p, s := pair(t)
	o.Post(s, &protocol.Quit{})
	p.mute = true
	closed := make(chan error, 1)
	go func() { closed <- o.Close(within(t, patience)) }()
	p.message()
	ping := p.ping()
	if o.State() != link.StateDraining {
		t.Errorf("state %v, want draining", o.State())
	}
	select {
	case err := <-closed:
		t.Fatalf("closed before the PONG: %v", err)
	default:
	}
	p.command("PONG", ping)
	if _, err := p.frame(); !errors.Is(err, io.EOF) {
		t.Errorf("behind the PONG: %v, want a FIN", err)
	}
	_ = p.conn.Close()
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

// A halfCloser tells when its sending half is closed, and when all of it.
type halfCloser struct {
	*net.TCPConn
	calls chan string
}

func (c *halfCloser) CloseWrite() error {
	c.calls <- "half"
	return c.TCPConn.CloseWrite()
}

func (c *halfCloser) Close() error {
	c.calls <- "all"
	return c.TCPConn.Close()
}

// TestCloseSendsFinFirst looks at how connections are closed: the peer can still send
// what it has begun, so that no RST comes of it.
func TestCloseSendsFinFirst(t *testing.T) {
	m := listen(t)
	calls := make(chan string, 10)
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &halfCloser{c.(*net.TCPConn), calls}, nil
	}
	o := own(t, link.Config{Addr: m.addr(), Dial: dial})
	o.Reconnect(o.up(m.accept()))
	expect[link.Down](o)
	p := m.accept()
	o.up(p)
	go func() {
		_, _ = p.rest()
		_ = p.conn.Close()
	}()
	if err := o.Close(within(t, patience)); err != nil {
		t.Error(err)
	}
	for i, want := range []string{"half", "all", "half", "all"} {
		if got := <-calls; got != want {
			t.Errorf("call %d closes %s, want %s", i, got, want)
		}
	}
}

func TestCloseSaysWhatIsLost(t *testing.T) {
	t.Run("no pong", func(t *testing.T) {
		o, _, s := pair(t)
		o.Post(s, &protocol.Quit{})
		if err := o.Close(within(t, 20*time.Millisecond)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want a deadline", err)
		}
	})
	t.Run("cut", func(t *testing.T) {
		o, p, s := pair(t)
		o.Post(s, &protocol.Quit{})
		go func() {
			_, _ = p.frame()
			p.reset()
		}()
		if err := o.Close(within(t, patience)); err == nil {
			t.Error("no error, although the connection was cut")
		}
	})
	t.Run("no master", func(t *testing.T) {
		o := own(t, link.Config{Addr: refusing(t)})
		o.Note(note("n"))
		if err := o.Close(within(t, patience)); err == nil || !strings.Contains(err.Error(), "1 messages") {
			t.Errorf("got %v, want one unsent message", err)
		}
	})
	t.Run("nothing", func(t *testing.T) {
		o := own(t, link.Config{Addr: refusing(t)})
		if err := o.Close(within(t, patience)); err != nil {
			t.Error(err)
		}
	})
}

// refusing is an address at which nobody listens.
func refusing(t testing.TB) string {
	t.Helper()
	m := listen(t)
	_ = m.ln.Close()
	return m.addr()
}
