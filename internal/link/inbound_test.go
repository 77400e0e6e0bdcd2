package link_test

import (
	"strings"
	"testing"

	"github.com/go-zeromq/zmq4"

	"github.com/hopperband/hopperband/internal/link"
	"github.com/hopperband/hopperband/protocol"
)

func TestUnknownMessageIsDelivered(t *testing.T) {
	o, p, _ := pair(t)
	p.send(&protocol.Custom{MessageType: "concurrent_custom_message", Data: []any{"x", int64(1)}})
	if c, ok := expect[link.Message](o).Message.(*protocol.Custom); !ok || c.MessageType != "concurrent_custom_message" {
		t.Errorf("got %+v, want the custom message", c)
	}
}

func TestUndecodableMessageIsSkippedWithOneWarning(t *testing.T) {
	o, p, _ := pair(t)
	for range 3 {
		p.raw([]byte("\x93\xa5spawn\xa3bad\xa1n")) // ["spawn", "bad", "n"]
		p.raw([]byte("\x93\x01\xa3bad\xa1n"))      // [1, "bad", "n"]
	}
	p.send(&protocol.Stop{})
	if _, ok := expect[link.Message](o).Message.(*protocol.Stop); !ok {
		t.Error("the message behind it was not delivered")
	}
	if got := o.log.lines("warn"); len(got) != 2 {
		t.Errorf("log %q, want one line for each kind", got)
	}
}

func badPayloads() map[string]string {
	return map[string]string{
		"empty":          "",
		"truncated":      "\x93\xa4stop\xc0",
		"bomb":           "\xdd\xff\xff\xff\xff",
		"trailing":       "\x93\xa4stop\xc0\xa1n\xc0",
		"deep":           strings.Repeat("\x91", 100_000),
		"reserved byte":  "\xc1",
		"bytes as a key": "\x93\xa1x\x81\xc4\x00\x01\xa1n", // ["x", {b"": 1}, "n"]
	}
}

func TestBadPayloadBeforeProofEndsTheSession(t *testing.T) {
	for name, payload := range badPayloads() {
		t.Run(name, func(t *testing.T) {
			m := listen(t)
			o := own(t, link.Config{Addr: m.addr()})
			p := m.accept()
			expect[link.Connected](o)
			p.raw([]byte(payload))
			if d := expect[link.Down](o); d.Session != 1 || !strings.Contains(d.Err.Error(), "invalid message") {
				t.Errorf("down as %+v, want session 1's for an invalid message", d)
			}
		})
	}
}

// TestBadPayloadOfAMasterIsSkipped: a master sends what its users make it send, and must
// not lose its workers over it.
func TestBadPayloadOfAMasterIsSkipped(t *testing.T) {
	for name, payload := range badPayloads() {
		t.Run(name, func(t *testing.T) {
			o, p, _ := pair(t)
			p.raw([]byte(payload))
			p.raw([]byte(payload))
			p.send(&protocol.Stop{})
			if _, ok := expect[link.Message](o).Message.(*protocol.Stop); !ok {
				t.Error("the message behind it was not delivered")
			}
			if got := o.log.lines("warn"); len(got) != 1 || !strings.Contains(got[0], "skipped") {
				t.Errorf("log %q, want one line for two", got)
			}
		})
	}
}

func TestMessageOfManyFramesEndsTheSession(t *testing.T) {
	for _, n := range []int{2, 16, 17, 1000} {
		o, p, s := pair(t)
		frames := make([][]byte, n)
		go func() { _ = p.zmq.SendMsg(zmq4.NewMsgFrom(frames...)) }()
		if d := expect[link.Down](o); d.Session != s || !strings.Contains(d.Err.Error(), "frames") {
			t.Errorf("%d frames: down as %+v, want session %d's", n, d, s)
		}
	}
}

// TestLastWordsAreDelivered has the master say something and vanish while the owner does
// not listen: what has come before the end is delivered before Down.
func TestLastWordsAreDelivered(t *testing.T) {
	for range 20 {
		o, p, s := pair(t)
		p.send(&protocol.Stop{}, &protocol.Quit{})
		_ = p.conn.Close()
		for range 5 {
			o.Post(s, beat()) // the first is answered with an RST, the others cannot be written
		}
		for _, want := range []string{"stop", "quit"} {
			if got := expect[link.Message](o).Message.Type(); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
		expect[link.Down](o)
	}
}

// What no function is there for costs no more memory than it has on the wire.
func TestUnhandledDataIsNotDecoded(t *testing.T) {
	m := listen(t)
	o := own(t, link.Config{Addr: m.addr(), Handled: func(messageType string) bool { return messageType == "known" }})
	p := m.accept()
	o.up(p)
	for _, messageType := range []string{"known", "unknown"} {
		p.send(&protocol.Custom{MessageType: messageType, Data: "x"})
	}
	for _, want := range []protocol.Custom{{MessageType: "known", Data: "x"}, {MessageType: "unknown"}} {
		if c, ok := expect[link.Message](o).Message.(*protocol.Custom); !ok || c.MessageType != want.MessageType || c.Data != want.Data {
			t.Errorf("got %+v, want %+v", c, want)
		}
	}
}
