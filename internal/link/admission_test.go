package link_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/internal/link"
	"github.com/hopperband/hopperband/protocol"
)

func TestOnlyHellosBeforeProof(t *testing.T) {
	m := listen(t)
	o := own(t, link.Config{Addr: m.addr()})
	p := m.accept()
	p.mute = true
	s := expect[link.Connected](o).Session
	o.Note(note("kept"))
	o.Post(s, &protocol.Spawning{}, &protocol.SpawningComplete{}, &protocol.ClientStopped{}, note("lost"), &protocol.Quit{})
	o.PostReport(s, 1, report("a"))
	o.Post(s, beat(), &protocol.ClientReady{})
	if got, want := p.types(2), []string{"heartbeat", "client_ready"}; !slices.Equal(got, want) {
		t.Errorf("before proof %v went out, want %v", got, want)
	}
	p.send(&protocol.Ack{})
	expect[link.Message](o)
	o.Post(s, &protocol.Quit{})
	if got := p.types(2); !slices.Contains(got, "exception") || !slices.Contains(got, "quit") {
		t.Errorf("after proof %v went out, want the note and quit", got)
	}
}

// TestRegistration posts what needs a registration after messages of the master.
func TestRegistration(t *testing.T) {
	needy := func() []protocol.Message {
		return []protocol.Message{&protocol.Spawning{}, &protocol.SpawningComplete{}}
	}
	allowed := []string{"spawning", "spawning_complete", "quit"}
	refused := []string{"quit"}
	for _, tt := range []struct {
		name    string
		heard   protocol.Message // the first message of the session
		want    []string
		stopped []string // the same, after client_stopped and the message once more
	}{
		{"ack", &protocol.Ack{}, allowed, allowed},
		{"echo", &protocol.HeartbeatEcho{}, allowed, refused},
		{"spawn", &protocol.Spawn{}, allowed, refused},
		{"all spawned", &protocol.AllSpawned{}, allowed, refused},
		{"stop", &protocol.Stop{}, allowed, refused},
		{"class edit", &protocol.UpdateUserClass{UserClassName: "A"}, allowed, refused},
		{"quit", &protocol.Quit{}, refused, nil},
		{"reconnect", &protocol.Reconnect{}, refused, nil},
		{"custom", &protocol.Custom{MessageType: "hi"}, refused, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := listen(t)
			o := own(t, link.Config{Addr: m.addr()})
			p := m.accept()
			s := expect[link.Connected](o).Session
			p.send(tt.heard)
			expect[link.Message](o)
			o.Post(s, append(needy(), &protocol.Quit{})...)
			if got := p.types(len(tt.want)); !slices.Equal(got, tt.want) {
				t.Fatalf("%v went out, want %v", got, tt.want)
			}
			if tt.stopped == nil {
				o.Post(s, &protocol.ClientStopped{}, &protocol.Quit{})
				if got := p.types(1); got[0] != "quit" {
					t.Errorf("%v went out without a registration", got)
				}
				return
			}
			o.Post(s, &protocol.ClientStopped{}, &protocol.ClientReady{}, &protocol.ClientStopped{})
			o.Post(s, append(needy(), &protocol.Quit{})...)
			if got, want := p.types(3), []string{"client_stopped", "client_ready", "quit"}; !slices.Equal(got, want) {
				t.Fatalf("%v went out, want %v", got, want)
			}
			p.send(tt.heard)
			expect[link.Message](o)
			o.Post(s, append(needy(), &protocol.Quit{})...)
			if got := p.types(len(tt.stopped)); !slices.Equal(got, tt.stopped) {
				t.Errorf("after client_stopped %v went out, want %v", got, tt.stopped)
			}
		})
	}
}

func TestRegistrationIsOfOneSession(t *testing.T) {
	m := listen(t)
	o := own(t, link.Config{Addr: m.addr()})
	p := m.accept()
	o.up(p)
	_ = p.conn.Close()
	expect[link.Down](o)
	p = m.accept()
	s := expect[link.Connected](o).Session
	o.Post(s, &protocol.Spawning{}, &protocol.ClientStopped{}, beat())
	if got := p.types(1); got[0] != "heartbeat" {
		t.Errorf("%v went out, want a heartbeat only", got)
	}
}

func TestOtherSessionsAreRefused(t *testing.T) {
	o, p, s := pair(t)
	for _, other := range []int{0, -1, s + 1} {
		o.Post(other, beat())
		o.PostReport(other, 1, report("a"))
	}
	o.Post(s, &protocol.Quit{})
	if got := p.next(); got.command != "" || !strings.Contains(string(got.body), "quit") {
		t.Errorf("got %+q, want quit only", got)
	}
}

func TestWhatCannotBeEncodedIsDropped(t *testing.T) {
	o, p, s := pair(t)
	bad := &protocol.Custom{MessageType: "bad", Data: math.NaN()}
	o.Post(s, &protocol.Spawning{}, bad, &protocol.Quit{})
	if got, want := p.types(2), []string{"spawning", "quit"}; !slices.Equal(got, want) {
		t.Errorf("%v went out, want %v", got, want)
	}
	if o.Note(bad) {
		t.Error("a note that cannot be encoded was taken")
	}
	if got := o.log.lines("error"); len(got) != 2 {
		t.Errorf("log %q, want a line for each", got)
	}
}

func TestNotesOutliveSessions(t *testing.T) {
	m := listen(t)
	o := own(t, link.Config{Addr: m.addr()})
	p := m.accept()
	s := o.up(p)
	_ = p.conn.Close()
	if d := expect[link.Down](o); d.Session != s {
		t.Fatalf("down as %+v", d)
	}
	for range 256 {
		if !o.Note(note("n")) {
			t.Fatal("a note was refused before the queue was full")
		}
	}
	if o.Note(note("one too many")) {
		t.Error("a note was taken into a full queue")
	}
	p = m.accept()
	o.up(p)
	for i := range 256 {
		if got := p.message().Type(); got != "exception" {
			t.Fatalf("message %d is a %s, want the exception", i, got)
		}
	}
	large := note(strings.Repeat("x", 5<<20))
	if o.Note(large) {
		t.Error("a note of 5 MiB was taken")
	}
}
