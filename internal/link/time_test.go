package link_test

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hopperband/hopperband/internal/link"
	"github.com/hopperband/hopperband/protocol"
)

func TestHandshakeDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newSwitchboard(t)
		o := b.own(link.Config{})
		start := time.Now()
		b.connect()
		d := expect[link.Down](o)
		if took := time.Since(start); took < 5*time.Second || took > 5100*time.Millisecond {
			t.Errorf("a silent peer was given %s, want 5 s", took)
		}
		if !strings.Contains(d.Err.Error(), "no answer in time") {
			t.Errorf("down with %v", d.Err)
		}
	})
}

// TestBlackHole shakes hands again and again without answering a hello. The time for an
// answer grows; a session that is proven brings it back.
func TestBlackHole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newSwitchboard(t)
		o := b.own(link.Config{})
		unanswered := func() time.Duration {
			p := b.accept()
			s := expect[link.Connected](o).Session
			if p.identity() != nodeID {
				t.Errorf("identity %q", p.identity())
			}
			o.Post(s, &protocol.ClientReady{})
			p.message()
			start := time.Now()
			if d := expect[link.Down](o); !errors.Is(d.Err, link.ErrNoProof) || d.Session != s {
				t.Errorf("down as %+v, want session %d without proof", d, s)
			}
			return time.Since(start).Round(time.Second)
		}
		var got []time.Duration
		for range 5 {
			got = append(got, unanswered())
		}
		want := []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second, 30 * time.Second}
		if !slices.Equal(got, want) {
			t.Errorf("sessions lasted %v, want %v", got, want)
		}
		p := b.accept()
		if s := o.up(p); s != 6 {
			t.Errorf("the proven session is number %d, want 6", s)
		}
		_ = p.conn.Close()
		expect[link.Down](o)
		if got := unanswered(); got != 5*time.Second {
			t.Errorf("after a proven session: %s, want 5 s", got)
		}
	})
}

// TestPongIsNoProof answers the PING behind a first heartbeat, as the I/O thread of a
// master does that holds an older connection, but not the heartbeat.
func TestPongIsNoProof(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newSwitchboard(t)
		o := b.own(link.Config{})
		p := b.accept()
		o.Post(expect[link.Connected](o).Session, beat())
		p.message()
		p.command("PONG", p.ping())
		if d := expect[link.Down](o); !errors.Is(d.Err, link.ErrNoProof) {
			t.Errorf("down with %v, want no proof", d.Err)
		}
	})
}

// TestSilentOwner posts no hello: nothing is missed, and the connection is watched.
func TestSilentOwner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newSwitchboard(t)
		o := b.own(link.Config{})
		p := b.accept()
		s := expect[link.Connected](o).Session
		pass(time.Hour)
		if o.State() != link.StateProving {
			t.Fatalf("state %v, want proving", o.State())
		}
		o.Post(s, beat())
		if got := p.message().Type(); got != "heartbeat" {
			t.Fatalf("got %s, want the heartbeat", got)
		}
		p.command("PONG", p.ping())
		pass(4 * time.Second)
		p.send(&protocol.HeartbeatEcho{})
		expect[link.Message](o)
		pass(time.Hour)
		if o.State() != link.StateUp {
			t.Errorf("state %v, want up", o.State())
		}
		_ = p.conn.Close()
		expect[link.Down](o)
	})
}

// TestNotesWaitForProof lets nothing but the ack wake the writer.
func TestNotesWaitForProof(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newSwitchboard(t)
		o := b.own(link.Config{})
		o.Note(note("n"))
		p := b.accept()
		s := expect[link.Connected](o).Session
		o.Post(s, &protocol.ClientReady{})
		if got := p.message().Type(); got != "client_ready" {
			t.Fatalf("got %s, want client_ready", got)
		}
		synctest.Wait()
		p.send(&protocol.Ack{})
		expect[link.Message](o)
		if got := p.message().Type(); got != "exception" {
			t.Errorf("got %s, want the note", got)
		}
	})
}

// TestUnansweredPing has a peer that reads all and says nothing.
func TestUnansweredPing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newSwitchboard(t)
		o := b.own(link.Config{})
		p := b.accept()
		s := o.up(p)
		pass(time.Hour) // without a PING, silence is no sign
		p.mute = true
		o.Post(s, beat())
		p.message()
		p.ping()
		start := time.Now()
		pass(3 * time.Second)
		o.Post(s, beat()) // later PINGs do not give more time
		p.message()
		p.ping()
		d := expect[link.Down](o)
		if took := time.Since(start); took != 6*time.Second+50*time.Millisecond {
			t.Errorf("ended after %s, want 6 s and the time to read the rest", took)
		}
		if !strings.Contains(d.Err.Error(), "stopped answering") {
			t.Errorf("down with %v", d.Err)
		}
	})
}

// TestAnyByteIsALifeSign lets a peer send messages instead of the PONG.
func TestAnyByteIsALifeSign(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newSwitchboard(t)
		o := b.own(link.Config{})
		p := b.accept()
		s := o.up(p)
		o.Post(s, beat())
		p.message()
		ping := p.ping()
		for range 10 {
			pass(5 * time.Second)
			p.send(&protocol.HeartbeatEcho{})
			expect[link.Message](o)
		}
		p.command("PONG", ping)
		pass(time.Hour)
		if o.State() != link.StateUp {
			t.Errorf("state %v, want up", o.State())
		}
	})
}

// TestSlowOwnerIsNoSilentMaster does not read events while PINGs are answered.
func TestSlowOwnerIsNoSilentMaster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newSwitchboard(t)
		o := b.own(link.Config{})
		p := b.accept()
		s := o.up(p)
		for range 3 {
			p.send(&protocol.Stop{})
		}
		synctest.Wait() // the reader holds the first of them
		o.Post(s, beat())
		p.message()
		p.command("PONG", p.ping())
		pass(time.Minute)
		for range 3 {
			expect[link.Message](o)
		}
		synctest.Wait()
		if o.State() != link.StateUp {
			t.Errorf("state %v, want up", o.State())
		}
	})
}

// TestStalledWrite has a peer that reads nothing more: after 20 s without progress the
// session ends.
func TestStalledWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newSwitchboard(t)
		o := b.own(link.Config{PongTimeout: time.Hour})
		s := o.up(b.accept())
		start := time.Now()
		o.PostReport(s, 1, report("a"))
		d := expect[link.Down](o)
		if took := time.Since(start); took != 20*time.Second+50*time.Millisecond {
			t.Errorf("ended after %s, want 20 s", took)
		}
		if !strings.Contains(d.Err.Error(), "writing to the master") {
			t.Errorf("down with %v", d.Err)
		}
	})
}

// TestSlowWrite takes a large message a piece at a time: there is progress, so no end.
func TestSlowWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newSwitchboard(t)
		o := b.own(link.Config{})
		p := b.accept()
		s := o.up(p)
		size := 4 << 20
		o.Post(s, &protocol.Custom{MessageType: "m", Data: make([]byte, size)})
		_ = p.conn.SetReadDeadline(time.Time{})
		piece := make([]byte, 256<<10)
		for got := 0; got < size; {
			pass(15 * time.Second)
			n := 0
			for n < len(piece) && got+n < size {
				k, err := p.conn.Read(piece[n:])
				if err != nil {
					t.Fatalf("after %d bytes: %v", got+n, err)
				}
				n += k
			}
			got += n
		}
	})
}

// TestPauses refuses all dials and looks at the times between them.
func TestPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var dials []time.Duration
		start := time.Now()
		dial := func(context.Context, string, string) (net.Conn, error) {
			dials = append(dials, time.Since(start))
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
		}
		o := own(t, link.Config{Addr: "master:5557", Dial: dial, FirstPause: 100 * time.Millisecond})
		for time.Since(start) < 2*time.Minute {
			if d := expect[link.Down](o); d.Session != 0 || !d.Refused {
				t.Fatalf("down as %+v, want a refused attempt", d)
			}
		}
		if dials[0] != 0 {
			t.Errorf("first dial after %s, want at once", dials[0])
		}
		for i, at := range dials[1:] {
			pause := at - dials[i]
			low, high := 100*time.Millisecond, 1500*time.Millisecond
			switch {
			case dials[i] > time.Minute:
				low, high = 4*time.Second, 6*time.Second
			case i == 0:
				high = 200 * time.Millisecond
			case i > 6:
				low = time.Second
			}
			if pause < low || pause > high {
				t.Errorf("pause %d, at %s: %s, want %s to %s", i, dials[i], pause, low, high)
			}
		}
		if got := o.log.lines("warn"); len(got) != 1 || got[0] != "cannot reach master master:5557: connection refused; trying again" {
			t.Errorf("log %q, want one line", got)
		}
	})
}
