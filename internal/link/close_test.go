package link_test

import (
	"context"
	"errors"
	"fmt"
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
	o.PostReport(s, 1, report("a"), report("b"))
	o.Post(s, &protocol.ClientStopped{}, &protocol.Quit{})
	o.Note(note("last"))
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
	if want := []string{"stats", "stats", "client_stopped", "quit", "exception"}; !slices.Equal(got, want) {
		t.Errorf("arrived %v, want %v", got, want)
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

// TestEndInEveryState closes a link, or ends its context, in each of its states: it must
// take no time and leave nothing.
func TestEndInEveryState(t *testing.T) {
	ends := map[string]func(o *owner, cancel func()){
		"close":  func(o *owner, _ func()) { o.kill() },
		"cancel": func(o *owner, cancel func()) { cancel(); o.kill() },
	}
	states := map[string]func(t *testing.T, m *master) (enter func(o *owner), cfg link.Config){
		"pausing": func(*testing.T, *master) (func(*owner), link.Config) {
			return func(o *owner) { expect[link.Down](o) }, link.Config{Addr: refusing(t), FirstPause: time.Hour}
		},
		"failure not heard": func(*testing.T, *master) (func(*owner), link.Config) {
			return func(o *owner) {
				eventually(t, "failed", func() bool { return len(o.log.lines("warn")) > 0 })
			}, link.Config{Addr: refusing(t)}
		},
		"dialing": func(t *testing.T, _ *master) (func(*owner), link.Config) {
			dialing := make(chan struct{}, 1)
			dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
				dialing <- struct{}{}
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return func(*owner) { <-dialing }, link.Config{Dial: dial, Handshake: time.Hour}
		},
		"shaking hands": func(_ *testing.T, m *master) (func(*owner), link.Config) {
			return func(*owner) { m.connect() }, link.Config{Addr: m.addr(), Handshake: time.Hour}
		},
		"connected not heard": func(_ *testing.T, m *master) (func(*owner), link.Config) {
			return func(*owner) { m.accept() }, link.Config{Addr: m.addr()}
		},
		"proving": func(_ *testing.T, m *master) (func(*owner), link.Config) {
			return func(o *owner) { m.accept(); expect[link.Connected](o) }, link.Config{Addr: m.addr()}
		},
		"up": func(_ *testing.T, m *master) (func(*owner), link.Config) {
			return func(o *owner) { o.up(m.accept()) }, link.Config{Addr: m.addr()}
		},
		"message not heard": func(_ *testing.T, m *master) (func(*owner), link.Config) {
			return func(o *owner) {
				p := m.accept()
				o.up(p)
				p.send(&protocol.Stop{}, &protocol.Stop{})
			}, link.Config{Addr: m.addr()}
		},
		"stalled": func(_ *testing.T, m *master) (func(*owner), link.Config) {
			return func(o *owner) {
				s := o.up(m.accept())
				o.Post(s, &protocol.Custom{MessageType: "big", Data: make([]byte, 10<<20)})
			}, link.Config{Addr: m.addr()}
		},
	}
	for end, finish := range ends {
		for name, state := range states {
			t.Run(fmt.Sprintf("%s/%s", end, name), func(t *testing.T) {
				leakless(t)
				enter, cfg := state(t, listen(t))
				o, cancel := ownCancel(t, cfg)
				enter(o)
				start := time.Now()
				finish(o, cancel)
				if took := time.Since(start); took > 250*time.Millisecond { // 100 ms on an idle machine
					t.Errorf("took %s", took)
				}
				if o.State() != link.StateClosed {
					t.Errorf("state %v, want closed", o.State())
				}
			})
		}
	}
}

func TestCancelEndsWithoutClose(t *testing.T) {
	o, cancel := ownCancel(t, link.Config{Addr: refusing(t)})
	cancel()
	eventually(t, "closed", func() bool { return o.State() == link.StateClosed })
}
