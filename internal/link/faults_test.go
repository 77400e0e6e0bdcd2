package link_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/hopperband/hopperband/internal/link"
	"github.com/hopperband/hopperband/protocol"
)

// TestFaults sends reports, one in flight, through connections that are cut at random. A
// report counts as delivered when it is confirmed, and is sent again when a session ends
// before that: none may be lost, and those that arrive twice are at most one per cut.
func TestFaults(t *testing.T) {
	leakless(t)
	const cuts = 60
	m := listen(t)
	o := own(t, link.Config{Addr: m.addr()})
	arrived := make(map[string]int)
	masterDone := make(chan struct{})
	go func() {
		defer close(masterDone)
		for range cuts {
			cutAtRandom(m.accept(), arrived)
		}
	}()
	number, ended := 0, 0
	for ended < cuts {
		switch ev := (<-o.Events()).(type) {
		case link.Connected:
			o.Post(ev.Session, beat())
		case link.Message:
			o.PostReport(ev.Session, number, report(fmt.Sprintf("report %d.", number)))
		case link.Confirmed:
			if ev.Report != number {
				t.Fatalf("report %d confirmed, want %d", ev.Report, number)
			}
			number++
			o.Post(ev.Session, beat()) // whose echo brings the next report
		case link.Down:
			if ev.Session != 0 {
				ended++
			}
		}
	}
	<-masterDone
	twice := 0
	for i := range number {
		n := arrived[fmt.Sprintf("report %d.", i)]
		if n == 0 {
			t.Errorf("report %d was confirmed, but has not arrived", i)
		}
		twice += max(0, n-1)
	}
	if twice > cuts {
		t.Errorf("%d reports arrived twice, with %d cuts", twice, cuts)
	}
	if number < cuts {
		t.Errorf("only %d reports in %d sessions", number, cuts)
	}
}

// cutAtRandom plays a master until some frame.
func cutAtRandom(p *peer, arrived map[string]int) {
	for range 3 + rand.IntN(40) {
		f, err := p.frame()
		if err != nil {
			p.t.Error(err)
			return
		}
		if f.command == "PING" {
			_ = p.zmq.SendCmd("PONG", f.body[2:])
			continue
		}
		m, _, err := protocol.FromWorker(f.body)
		switch m := m.(type) {
		case *protocol.Stats:
			arrived[m.Entries[0].Name]++
		case *protocol.Heartbeat:
			p.send(&protocol.HeartbeatEcho{})
		default:
			p.t.Errorf("got %v, %v", m, err)
		}
	}
	if rand.IntN(2) == 0 {
		p.reset()
	} else {
		_ = p.conn.Close()
	}
}

// TestConcurrentPosts posts from many goroutines while PINGs are answered: frames are not
// mixed, and each goroutine's messages stay in order.
func TestConcurrentPosts(t *testing.T) {
	o, p, s := pair(t)
	const posters, each = 4, 100
	var wg sync.WaitGroup
	for i := range posters {
		wg.Go(func() {
			for n := range each {
				body := strings.Repeat("x", 1+rand.IntN(1000))
				o.Post(s, &protocol.Custom{MessageType: fmt.Sprint(i), Data: []any{int64(n), body}})
			}
		})
	}
	next := make(map[string]int64)
	for got := 0; got < posters*each; {
		p.command("PING", []byte("\x00\x0acontext"))
		f := p.next()
		if f.command != "" {
			continue
		}
		got++
		m, _, err := protocol.FromWorker(f.body)
		if err != nil {
			t.Fatal(err)
		}
		c := m.(*protocol.Custom)
		if n := c.Data.([]any)[0]; n != next[c.MessageType] {
			t.Fatalf("poster %s: message %v, want %d", c.MessageType, n, next[c.MessageType])
		}
		next[c.MessageType]++
	}
	wg.Wait()
}
