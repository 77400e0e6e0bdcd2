package link_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hopperband/hopperband/internal/link"
	"github.com/hopperband/hopperband/protocol"
)

func TestSession(t *testing.T) {
	m := listen(t)
	o := own(t, link.Config{Addr: m.addr()})
	p := m.accept()
	if got := p.identity(); got != nodeID {
		t.Errorf("identity %q, want %q", got, nodeID)
	}
	if c := expect[link.Connected](o); c.Session != 1 || c.Refused {
		t.Errorf("connected as %+v, want session 1, not refused", c)
	}
	if got := o.State(); got != link.StateProving {
		t.Errorf("state %v before proof, want proving", got)
	}
	o.Post(1, &protocol.ClientReady{})
	if r, ok := p.message().(*protocol.ClientReady); !ok || r.Version != "" {
		t.Errorf("the hello is %+v, want a client_ready", r)
	}
	p.send(&protocol.Ack{Index: 3})
	e := expect[link.Message](o)
	if ack, ok := e.Message.(*protocol.Ack); !ok || ack.Index != 3 || e.Session != 1 {
		t.Errorf("got %+v, want session 1's ack with index 3", e)
	}
	eventually(t, "up", func() bool { return o.State() == link.StateUp })
	eventually(t, "one message each way", func() bool {
		return o.messages("client_ready").Sent == 1 && o.messages("ack").Received == 1
	})
	_ = p.conn.Close()
	if d := expect[link.Down](o); d.Session != 1 || d.Err == nil || d.Refused {
		t.Errorf("down as %+v, want session 1's with an error", d)
	}
}

func TestHeartbeatIsFollowedByPing(t *testing.T) {
	o, p, s := pair(t)
	o.Post(s, beat(), beat())
	for i := range uint64(2) {
		if f := p.next(); f.command != "" {
			t.Fatalf("frame is a %s, want the heartbeat", f.command)
		}
		f := p.next()
		want := binary.BigEndian.AppendUint64([]byte{0, 60}, i+1) // TTL 6 s, sequence number
		if f.command != "PING" || !bytes.Equal(f.body, want) {
			t.Errorf("behind heartbeat %d: %q %x, want PING %x", i, f.command, f.body, want)
		}
	}
}

// TestWrites looks at the single writes: a message is one, and a PING is one of its own.
func TestWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newSwitchboard(t)
		o := b.own(link.Config{})
		p := b.accept()
		s := o.up(p)
		o.PostReport(s, 1, report("a"), report(strings.Repeat("b", 100_000)))
		o.Post(s, beat(), &protocol.Quit{})
		write := make([]byte, 1<<20)
		for i, want := range []string{"stats", "stats", "PING", "heartbeat", "PING", "quit"} {
			n, err := p.conn.Read(write) // of a pipe: never more than one write
			if err != nil || !bytes.Contains(write[:min(n, 40)], []byte(want)) {
				t.Fatalf("write %d is %.40q, %v, want a %s", i, write[:n], err, want)
			}
			size := int(write[1]) + 2
			if write[0]&2 != 0 {
				size = int(binary.BigEndian.Uint64(write[1:])) + 9
			}
			if n != size {
				t.Errorf("write %d has %d bytes, want the whole frame of %d", i, n, size)
			}
		}
	})
}

func TestPongConfirmsWhatItCovers(t *testing.T) {
	o, p, s := pair(t)
	var pings [][]byte
	for i := range 4 {
		o.PostReport(s, i, report("a"), report("b"))
		p.next()
		p.next()
		pings = append(pings, p.ping())
	}
	p.command("PONG", nil)                                              // of nobody
	p.command("PONG", binary.BigEndian.AppendUint64(nil, 99))           // of the future
	p.command("PONG", binary.BigEndian.AppendUint64(nil, ^uint64(0)-1)) // of the far future
	p.command("PONG", pings[1])
	for want := range 2 {
		if c := expect[link.Confirmed](o); c.Report != want || c.Session != s {
			t.Errorf("confirmed %+v, want report %d", c, want)
		}
	}
	p.command("PONG", pings[0]) // late, confirms nothing more
	p.send(&protocol.Stop{})
	expect[link.Message](o)
	p.command("PONG", pings[3])
	for want := 2; want < 4; want++ {
		if c := expect[link.Confirmed](o); c.Report != want {
			t.Errorf("confirmed %+v, want report %d", c, want)
		}
	}
}

func TestReportWithoutPiecesIsConfirmed(t *testing.T) {
	o, p, s := pair(t)
	o.PostReport(s, 7)
	p.command("PONG", p.ping())
	if c := expect[link.Confirmed](o); c.Report != 7 {
		t.Errorf("confirmed %+v, want report 7", c)
	}
}

func TestOldPeerGetsNoPing(t *testing.T) {
	m := listen(t)
	o := own(t, link.Config{Addr: m.addr()})
	p := shake(t, m.connect(), 0)
	s := o.up(p)
	o.Post(s, beat())
	o.PostReport(s, 1, report("a"))
	if c := expect[link.Confirmed](o); c.Report != 1 {
		t.Errorf("confirmed %+v, want report 1", c)
	}
	o.Post(s, &protocol.Quit{})
	for _, want := range []string{"heartbeat", "stats", "quit"} {
		f := p.next()
		if f.command != "" {
			t.Fatalf("a peer of ZMTP 3.0 got a %s", f.command)
		}
		if m, _, err := protocol.FromWorker(f.body); err != nil || m.Type() != want {
			t.Errorf("got %v, %v, want a %s", m, err, want)
		}
	}
	go func() { _, _ = p.rest() }()
	if err := o.Close(within(t, patience)); err != nil {
		t.Error(err)
	}
}

func TestPingIsAnswered(t *testing.T) {
	o, p, s := pair(t)
	for _, context := range []string{"", "c", "sixteen bytes..."} {
		o.Post(s, &protocol.Custom{MessageType: "before", Data: make([]byte, 100_000)})
		p.command("PING", append([]byte{0, 10}, context...))
		for {
			f := p.next()
			if f.command == "" {
				continue
			}
			if f.command != "PONG" || string(f.body) != context {
				t.Errorf("answer to PING %q: %s %q", context, f.command, f.body)
			}
			break
		}
	}
}

func TestUnansweredPingsOfThePeerAreBounded(t *testing.T) {
	o, p, s := pair(t)
	p.command("HELLO", nil) // unknown: to be ignored
	for range 1000 {
		p.command("PING", append([]byte{0, 10}, make([]byte, 8000)...))
	}
	o.Post(s, &protocol.Quit{})
	if got := p.message().Type(); got != "quit" {
		t.Errorf("got %q, want quit: the session lives", got)
	}
}

func TestErrorCommandEndsTheSession(t *testing.T) {
	o, p, _ := pair(t)
	p.command("ERROR", []byte("\x04nope"))
	if d := expect[link.Down](o); !bytes.Contains([]byte(d.Err.Error()), []byte("nope")) {
		t.Errorf("down with %v, want the peer's words", d.Err)
	}
}

func TestOrder(t *testing.T) {
	o, p, s := pair(t)
	var want []string
	for i := range 300 {
		name := string(rune('a' + i%26))
		o.Post(s, &protocol.Custom{MessageType: name}, beat())
		want = append(want, name, "heartbeat")
	}
	if got := p.types(len(want)); !slices.Equal(got, want) {
		t.Errorf("arrived %v, want them as posted", got)
	}
}

func TestPostKeepsNothing(t *testing.T) {
	o, p, s := pair(t)
	data := map[string]any{"k": "posted"}
	for range 50 {
		data["k"] = "posted"
		o.Post(s, &protocol.Custom{MessageType: "m", Data: data})
		o.Note(&protocol.Custom{MessageType: "m", Data: data})
		data["k"] = "changed"
	}
	for range 100 {
		c := p.message().(*protocol.Custom)
		if got := c.Data.(map[string]any)["k"]; got != "posted" {
			t.Fatalf("the master got %q", got)
		}
	}
}

func TestReconnect(t *testing.T) {
	m := listen(t)
	o := own(t, link.Config{Addr: m.addr()})
	p := m.accept()
	s := o.up(p)
	o.Reconnect(s)
	o.Reconnect(s)
	expect[link.Down](o)
	p = m.accept()
	if got := o.up(p); got != s+1 {
		t.Errorf("session %d, want %d", got, s+1)
	}
	o.Reconnect(s) // is over
	o.Post(s+1, &protocol.Quit{})
	if got := p.message().Type(); got != "quit" {
		t.Errorf("got %q, want quit", got)
	}
}
