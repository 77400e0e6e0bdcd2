package link_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/link"
	"github.com/hopperband/hopperband/protocol"
)

// TestEndInEveryState closes a link, or ends its context, in each of its states: it must
// wait for nothing, whose time would be an hour, and leave nothing.
func TestEndInEveryState(t *testing.T) {
	for _, tt := range []struct {
		state string
		cfg   link.Config
		enter func(o *owner, m *master)
	}{
		{"pausing", link.Config{FirstPause: time.Hour}, pausing},
		{"failure not heard", link.Config{}, failureNotHeard},
		{"dialing", link.Config{Dial: dialForEver}, dialing},
		{"shaking hands", link.Config{}, func(_ *owner, m *master) { m.connect() }},
		{"connected not heard", link.Config{}, func(_ *owner, m *master) { m.accept() }},
		{"proving", link.Config{}, func(o *owner, m *master) { m.accept(); expect[link.Connected](o) }},
		{"up", link.Config{}, func(o *owner, m *master) { o.up(m.accept()) }},
		{"message not heard", link.Config{}, messageNotHeard},
		{"stalled", link.Config{}, stalled},
	} {
		t.Run("close/"+tt.state, func(t *testing.T) {
			leakless(t)
			m := listen(t)
			o := own(t, patient(tt.cfg, m))
			tt.enter(o, m)
			ended := make(chan struct{})
			go func() { defer close(ended); o.kill() }()
			select {
			case <-ended:
			case <-time.After(patience):
				t.Fatal("it waits for something")
			}
			if o.State() != link.StateClosed {
				t.Errorf("state %v, want closed", o.State())
			}
		})
		t.Run("cancel/"+tt.state, func(t *testing.T) {
			leakless(t)
			m := listen(t)
			o, cancel := ownCancel(t, patient(tt.cfg, m))
			tt.enter(o, m)
			cancel()
			eventually(t, "closed", func() bool { return o.State() == link.StateClosed })
		})
	}
}

// patient is a link to a master that gives it time for everything.
func patient(cfg link.Config, m *master) link.Config {
	cfg.Addr = m.addr()
	cfg.Handshake, cfg.ProofTimeout, cfg.PongTimeout, cfg.WriteStall = time.Hour, time.Hour, time.Hour, time.Hour
	return cfg
}

func pausing(o *owner, m *master) {
	_ = m.connect().Close()
	expect[link.Down](o)
}

func failureNotHeard(o *owner, m *master) {
	_ = m.connect().Close()
	eventually(o.t, "failed", func() bool { return len(o.log.lines("warn")) > 0 })
}

func dialing(o *owner, _ *master) {
	eventually(o.t, "dialing", func() bool { return o.State() == link.StateDialing })
}

func dialForEver(ctx context.Context, _, _ string) (net.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func messageNotHeard(o *owner, m *master) {
	p := m.accept()
	o.up(p)
	p.send(&protocol.Stop{}, &protocol.Stop{})
	eventually(o.t, "received", func() bool { return o.messages("stop").Received == 1 })
}

func stalled(o *owner, m *master) {
	s := o.up(m.accept())
	o.Post(s, &protocol.Custom{MessageType: "big", Data: make([]byte, 10<<20)})
}
