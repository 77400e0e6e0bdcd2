package link_test

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/link"
)

// A switchboard connects a link to scripted masters in memory, for tests in fake time.
type switchboard struct {
	t     testing.TB
	calls chan net.Conn
}

func newSwitchboard(t testing.TB) *switchboard {
	return &switchboard{t, make(chan net.Conn)}
}

// dial waits until accept or connect takes the call.
func (b *switchboard) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case b.calls <- theirs:
		return ours, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (b *switchboard) own(cfg link.Config) *owner {
	cfg.Addr, cfg.Dial = "master:5557", b.dial
	o := own(b.t, cfg)
	o.patience = time.Hour
	return o
}

// pass lets time go by in a bubble.
func pass(d time.Duration) { <-time.After(d) }

// connect takes the next connection. Nobody reads it.
func (b *switchboard) connect() net.Conn {
	c := <-b.calls
	b.t.Cleanup(func() { _ = c.Close() })
	return c
}

// accept takes the next connection and shakes hands.
func (b *switchboard) accept() *peer {
	c := buffer(b.connect())
	b.t.Cleanup(func() { _ = c.Close() })
	return shake(b.t, c, 1)
}

// A buffered conn takes what is written without waiting for its reader, as a kernel does:
// otherwise two greetings would wait for each other.
type buffered struct {
	net.Conn
	queue chan []byte
	gone  chan struct{}
	close func() error
}

func buffer(c net.Conn) *buffered {
	b := &buffered{Conn: c, queue: make(chan []byte, 1000), gone: make(chan struct{})}
	b.close = sync.OnceValue(func() error {
		close(b.queue)
		err := b.Conn.Close()
		<-b.gone
		return err
	})
	go b.pump()
	return b
}

func (b *buffered) pump() {
	defer close(b.gone)
	for p := range b.queue {
		if _, err := b.Conn.Write(p); err != nil {
			return
		}
	}
}

func (b *buffered) Write(p []byte) (int, error) {
	select {
	case b.queue <- append([]byte(nil), p...):
		return len(p), nil
	case <-b.gone:
		return 0, net.ErrClosed
	}
}

// Close ends the pump too.
func (b *buffered) Close() error { return b.close() }
