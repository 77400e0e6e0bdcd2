package link_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/hopperband/hopperband/internal/link"
	"github.com/hopperband/hopperband/protocol"
)

// TestStalledMaster freezes a master until its session has ended. It would ignore the
// first new connection, so that one is given up, and only that one.
func TestStalledMaster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newSwitchboard(t)
		o := b.own(link.Config{})
		p := b.accept()
		o.Post(o.up(p), beat())
		p.message()
		p.ping()
		expect[link.Down](o)

		p = b.accept()
		begun := time.Now()
		if f, err := p.frame(); err == nil {
			t.Errorf("got %+v on the first connection, want its end", f)
		}
		p = b.accept()
		if took := time.Since(begun); took != 250*time.Millisecond {
			t.Errorf("dialed again after %v, want 250 ms", took)
		}
		if c := expect[link.Connected](o); !c.Stalled || c.Refused || c.Session != 2 {
			t.Errorf("connected as %+v, want session 2, stalled", c)
		}
		_ = p.conn.Close()
		expect[link.Down](o)
		p = b.accept()
		if c := expect[link.Connected](o); !c.Stalled || c.Session != 3 {
			t.Errorf("connected as %+v, want session 3 at once, stalled", c)
		}
		p.send(&protocol.Ack{})
		expect[link.Message](o)
		_ = p.conn.Close()
		expect[link.Down](o)
		b.accept()
		if c := expect[link.Connected](o); c.Stalled {
			t.Errorf("connected as %+v, want not stalled after proof", c)
		}
	})
}
