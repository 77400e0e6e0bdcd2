package link_test

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/link"
)

// message is a "stop" in a frame.
const message = "\x00\x0c\x93\xa4stop\xc0\xa4host"

// handshake is a master's greeting and READY.
func handshake() string { return greet(3, 1, "NULL") + ready() }

func ready() string {
	return command("READY", property("Socket-Type", "ROUTER")+property("Identity", ""))
}

func greet(major, minor byte, mechanism string) string {
	g := make([]byte, 64)
	g[0], g[9], g[10], g[11] = 0xff, 0x7f, major, minor
	copy(g[12:32], mechanism)
	return string(g)
}

func command(name, body string) string {
	return "\x04" + string(rune(1+len(name)+len(body))) + string(rune(len(name))) + name + body
}

func property(k, v string) string {
	return string(rune(len(k))) + k + "\x00\x00\x00" + string(rune(len(v))) + v
}

// A hostile case is what a peer sends before it ends the connection or, if it holds it,
// falls silent.
type hostile struct {
	name string
	send string
	hold bool
	want string // in the error
}

// inHandshake are peers with which no session comes about.
func inHandshake() []hostile {
	greeting := greet(3, 1, "NULL")
	garbage := strings.Repeat("\xa7\x00\x13\xfe\x80 ", 200)
	return []hostile{
		{"closes at once", "", false, "during the handshake"},
		{"silent", "", true, "says nothing"},
		{"garbage", garbage, false, "does not speak ZMTP"},
		{"garbage, then silent", garbage, true, "does not speak ZMTP"},
		{"HTTP, short", "HTTP/1.1 400 Bad Request\r\n\r\n", false, "speaks HTTP"},
		{"HTTP, long", "HTTP/1.1 400 Bad Request\r\n" + strings.Repeat("x: y\r\n", 50), true, "speaks HTTP"},
		{"SSH", "SSH-2.0-OpenSSH_9.2\r\n", true, "speaks SSH"},
		{"TLS alert", "\x15\x03\x01\x00\x02\x02\x46", false, "speaks TLS"},
		{"ZMTP 1.0", "\x01\x00", true, "does not speak ZMTP"},
		{"ZMTP 2.0", greet(2, 0, "NULL"), true, "older than 3.0"},
		{"short greeting, then silent", greeting[:20], true, "no answer in time"},
		{"short greeting, then the end", greeting[:20], false, "during the handshake"},
		{"CURVE", greet(3, 1, "CURVE"), true, `mechanism "CURVE"`},
		{"PLAIN", greet(3, 1, "PLAIN"), true, `mechanism "PLAIN"`},
		{"greeting, then silent", greeting, true, "no answer in time"},
		{"greeting, then the end", greeting, false, "during the handshake"},
		{"READY of a PUB", greeting + command("READY", property("Socket-Type", "PUB")), true, `"PUB"`},
		{"READY of a DEALER", greeting + command("READY", property("Socket-Type", "DEALER")), true, `"DEALER"`},
		{"READY without a socket type", greeting + command("READY", ""), true, "malformed"},
		{"READY property cut short", greeting + command("READY", "\x0bSocket"), true, "malformed"},
		{"READY property without a value", greeting + command("READY", "\x0bSocket-Type\x00"), true, "malformed"},
		{"READY of 2^62 bytes", greeting + "\x06\x40\x00\x00\x00\x00\x00\x00\x00", true, "more than"},
		{"READY cut short", greeting + ready()[:10], false, "during the handshake"},
		{"ERROR", greeting + command("ERROR", "\x04nope"), true, "handshake"},
		{"message for READY", greeting + message, true, "handshake"},
		{"empty command for READY", greeting + "\x04\x00", true, "malformed"},
	}
}

// inSession are peers whose session ends.
func inSession() []hostile {
	return []hostile{
		{"message of 2^62 bytes", "\x02\x40\x00\x00\x00\x00\x00\x00\x00", true, "more than"},
		{"message of 2^63 bytes", "\x02\x80\x00\x00\x00\x00\x00\x00\x00", true, "more than"},
		{"message of 1 TiB", "\x02\x00\x00\x01\x00\x00\x00\x00\x00", true, "more than"},
		{"message of 8 GiB", "\x02\x00\x00\x00\x02\x00\x00\x00\x00", true, "more than"},
		{"message of 16 MiB and a byte", "\x02\x00\x00\x00\x00\x01\x00\x00\x01", true, "more than"},
		{"16 MiB in two frames", "\x01\x01x" + "\x02\x00\x00\x00\x00\x01\x00\x00\x00", true, "more than"},
		{"endless MORE", strings.Repeat("\x01\x00", 100_000), true, "frames"},
		{"reserved flag", "\x08\x00", true, "malformed"},
		{"command with MORE", "\x05\x05\x04PONG", true, "malformed"},
		{"command without a name", "\x04\x00", true, "malformed"},
		{"command with a long name", "\x04\x03\x09ab", true, "malformed"},
		{"command of 1 GiB", "\x06\x00\x00\x00\x00\x40\x00\x00\x00", true, "more than"},
		{"PING without a TTL", command("PING", "x"), true, "malformed"},
		{"message cut short", message[:6], false, "EOF"},
		{"header cut short", "\x02\x00\x00", false, "EOF"},
		{"random bytes", "\xa7\x00\x13\xfe\x80 \x99\x12", true, "malformed"},
		{"the end", "", false, "EOF"},
	}
}

func (h hostile) serve(c net.Conn) {
	_, _ = io.WriteString(c, h.send)
	if h.hold {
		_, _ = io.Copy(io.Discard, c)
	} else {
		_ = c.(*net.TCPConn).CloseWrite()
		_, _ = io.Copy(io.Discard, c)
	}
	_ = c.Close()
}

func TestHostileHandshake(t *testing.T) {
	for _, h := range inHandshake() {
		t.Run(h.name, func(t *testing.T) {
			leakless(t)
			m := listen(t)
			within := patience // never over, but where the peer falls silent before it has shown what it is
			if h.hold && (len(h.send) < 80 || h.want == "no answer in time") {
				within = 100 * time.Millisecond
			}
			o := own(t, link.Config{Addr: m.addr(), Handshake: within})
			reasons := h.turnedAway(o, m, within < patience)
			if got := o.log.lines("warn"); len(got) != reasons || !strings.Contains(got[reasons-1], h.want) {
				t.Errorf("log %q, want one line for each of %d reasons, with %q", got, reasons, h.want)
			}
		})
	}
}

// turnedAway has a peer turned away until it was twice for what it is: where time is short, it
// may not have said anything yet. It returns how often the reason changed.
func (h hostile) turnedAway(o *owner, m *master, short bool) (reasons int) {
	o.t.Helper()
	last := ""
	for seen, left := 0, 100; seen < 2; left-- {
		go h.serve(m.connect())
		d := expect[link.Down](o)
		if d.Session != 0 {
			o.t.Fatalf("down as %+v, want no session", d)
		}
		if text := d.Err.Error(); text != last {
			reasons, last = reasons+1, text
		}
		if strings.Contains(last, h.want) {
			seen++
		} else if !short || left == 0 {
			o.t.Fatalf("down as %+v, want %q", d, h.want)
		}
	}
	return reasons
}

func TestHostileSession(t *testing.T) {
	for _, h := range inSession() {
		t.Run(h.name, func(t *testing.T) {
			leakless(t)
			m := listen(t)
			o := own(t, link.Config{Addr: m.addr()})
			h.send = handshake() + message + h.send
			go h.serve(m.connect())
			expect[link.Connected](o)
			expect[link.Message](o)
			if d := expect[link.Down](o); d.Session != 1 || !strings.Contains(d.Err.Error(), h.want) {
				t.Errorf("down as %+v, want session 1's with %q", d, h.want)
			}
		})
	}
}

// TestSlowLoris has a peer send its greeting byte by byte: the deadline is for all of it.
func TestSlowLoris(t *testing.T) {
	m := listen(t)
	o := own(t, link.Config{Addr: m.addr(), Handshake: 100 * time.Millisecond})
	c := m.connect()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	go func() {
		all := handshake()
		for i := range all {
			<-tick.C
			if _, err := io.WriteString(c, all[i:i+1]); err != nil {
				return
			}
		}
	}()
	if d := expect[link.Down](o); d.Session != 0 {
		t.Errorf("down as %+v, want a failed attempt", d)
	}
}
