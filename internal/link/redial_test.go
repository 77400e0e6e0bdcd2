package link_test

import (
	"fmt"
	"io"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/link"
	"github.com/hopperband/hopperband/protocol"
)

// TestRefused lets the master's process go and another one come.
func TestRefused(t *testing.T) {
	m := listen(t)
	o := own(t, link.Config{Addr: m.addr()})
	p := m.accept()
	o.up(p)
	_ = m.ln.Close()
	_ = p.conn.Close()
	if d := expect[link.Down](o); d.Session != 1 || d.Refused {
		t.Errorf("down as %+v, want session 1's, not refused", d)
	}
	for range 3 {
		if d := expect[link.Down](o); d.Session != 0 || !d.Refused {
			t.Errorf("down as %+v, want a refused attempt", d)
		}
	}
	m = listenAt(t, m.addr())
	accepted := make(chan *peer, 1)
	go func() { accepted <- m.accept() }()
	for ev := range o.Events() {
		if c, ok := ev.(link.Connected); ok {
			if c.Session != 2 || !c.Refused {
				t.Errorf("connected as %+v, want session 2, refused", c)
			}
			break
		}
	}
	p = <-accepted
	_ = p.conn.Close()
	if d := expect[link.Down](o); d.Session != 2 || !d.Refused {
		t.Errorf("down as %+v, want session 2's, refused", d)
	}
	p = m.accept()
	if c := expect[link.Connected](o); c.Session != 3 || !c.Refused {
		t.Errorf("connected as %+v, want session 3, refused", c)
	}
	p.send(&protocol.Ack{})
	expect[link.Message](o)
	_ = p.conn.Close()
	if d := expect[link.Down](o); d.Refused {
		t.Errorf("down as %+v, want not refused after proof", d)
	}
}

func listenAt(t testing.TB, addr string) *master {
	t.Helper()
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	return &master{t, ln}
}

func TestAddresses(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "::1", "localhost"} {
		ln, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		if err != nil {
			t.Logf("%s: not on this machine: %v", host, err)
			continue
		}
		t.Cleanup(func() { _ = ln.Close() })
		_, port, _ := net.SplitHostPort(ln.Addr().String())
		o := own(t, link.Config{Addr: net.JoinHostPort(host, port)})
		o.up((&master{t, ln}).accept())
	}
}

// TestLog goes through reasons: one line for each change, and one at the end.
func TestLog(t *testing.T) {
	m := listen(t)
	addr := m.addr()
	_ = m.ln.Close()
	o := own(t, link.Config{Addr: addr, Handshake: 5 * time.Second})
	for range 3 {
		expect[link.Down](o)
	}
	m = listenAt(t, addr)
	go func() {
		for range 2 {
			c := m.connect()
			_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n")
			_ = c.Close()
		}
	}()
	for seen := 0; seen < 2; {
		if d := expect[link.Down](o); strings.Contains(d.Err.Error(), "HTTP") {
			seen++
		}
	}
	o.up(m.accept())
	want := []string{
		"cannot reach master " + addr + ": connection refused; trying again",
		"cannot reach master " + addr + ": the peer is not a Locust master: it speaks HTTP, not ZMTP: " +
			"is this the web UI's port? the master's worker port is 5557; trying again",
	}
	if got := o.log.lines("warn"); !slices.Equal(got, want) {
		t.Errorf("log %q, want %q", got, want)
	}
	eventually(t, "up", func() bool { return o.State() == link.StateUp && len(o.log.lines("info")) > 0 })
	if got := o.log.lines("info"); len(got) != 1 || !strings.HasPrefix(got[0], "connected to master "+addr+" after ") {
		t.Errorf("log %q, want one line with the time away", got)
	}
}

// TestSilentHTTPServer is asked by the link what it is: it would wait for a line's end. It may
// take several attempts, since the link does not wait long for the answer.
func TestSilentHTTPServer(t *testing.T) {
	m := listen(t)
	o := own(t, link.Config{Addr: m.addr(), Handshake: 100 * time.Millisecond})
	for end := time.Now().Add(patience); ; {
		go answerHTTP(m.connect())
		d := expect[link.Down](o)
		if strings.Contains(d.Err.Error(), "speaks HTTP") {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("down with %v, want that it speaks HTTP", d.Err)
		}
	}
}

// answerHTTP answers once an empty line has come.
func answerHTTP(c net.Conn) {
	b := make([]byte, 1000)
	for n := 0; !strings.Contains(string(b[:n]), "\r\n\r\n"); {
		k, err := c.Read(b[n:])
		if err != nil {
			return
		}
		n += k
	}
	_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n")
}

// TestCutMessages ends connections with an RST after n bytes of what a session sends.
// Nothing of an old session appears in a new one, and nothing but the hello before proof.
func TestCutMessages(t *testing.T) {
	tags := regexp.MustCompile(`session (\d+) `)
	m := listen(t)
	o := own(t, link.Config{Addr: m.addr()})
	for n := 0; n < 700; n += 7 {
		p := m.accept()
		s := expect[link.Connected](o).Session
		tag := func(i int) string { return fmt.Sprintf("session %d report %d", s, i) }
		o.PostReport(s, 0, report("before proof"))
		o.Post(s, beat())
		if got := p.message().Type(); got != "heartbeat" {
			t.Fatalf("session %d begins with a %s", s, got)
		}
		p.send(&protocol.HeartbeatEcho{})
		expect[link.Message](o)
		for i := range 5 {
			o.PostReport(s, i, report(tag(i)))
		}
		o.Post(s, &protocol.ClientStopped{}, &protocol.Quit{})
		sent, _ := io.ReadAll(io.LimitReader(p.conn, int64(n)))
		p.reset()
		for _, match := range tags.FindAllSubmatch(sent, -1) {
			if string(match[1]) != strconv.Itoa(s) {
				t.Errorf("session %d sent %q", s, match[0])
			}
		}
		if strings.Contains(string(sent), "before proof") {
			t.Errorf("session %d sent a report before it was proven", s)
		}
		for ev := next(o); ev != (link.Down{}); ev = next(o) {
			if c, ok := ev.(link.Confirmed); ok {
				t.Errorf("%+v without a PONG", c)
			}
		}
	}
	o.up(m.accept())
}

// next takes an event; a Down comes without its fields.
func next(o *owner) link.Event {
	select {
	case ev := <-o.Events():
		if _, ok := ev.(link.Down); ok {
			return link.Down{}
		}
		return ev
	case <-time.After(patience):
		return link.Down{}
	}
}

// TestStalledPeer posts to a master that reads nothing: no Post waits, and the queue ends
// the session when it is full.
func TestStalledPeer(t *testing.T) {
	t.Run("messages", func(t *testing.T) {
		o, _, s := pair(t)
		o.Post(s, &protocol.Custom{MessageType: "big", Data: make([]byte, 10<<20)})
		posts(t, o, s, 1100, beat())
	})
	t.Run("bytes", func(t *testing.T) {
		o, _, s := pair(t)
		posts(t, o, s, 9, &protocol.Custom{MessageType: "big", Data: make([]byte, 10<<20)})
	})
}

func posts(t *testing.T, o *owner, s, n int, m protocol.Message) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range n {
			o.Post(s, m)
		}
	}()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatal("Post has blocked")
	}
	if d := expect[link.Down](o); d.Session != s || !strings.Contains(d.Err.Error(), "wait to be sent") {
		t.Errorf("down as %+v, want session %d's for a full queue", d, s)
	}
}
