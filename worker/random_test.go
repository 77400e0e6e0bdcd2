package worker

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/protocol"
)

// A puppet is a master that behaves, over a connection that does not.
type puppet struct {
	*script
	rand      *rand.Rand
	old       bool // it echoes no heartbeats
	connected bool
	known     bool // it has registered the worker
	beat      time.Time
	running   bool // a test
	target    int  // users of it
	index     int
	done      []string
}

func (p *puppet) note(format string, args ...any) {
	p.done = append(p.done, fmt.Sprintf(format, args...))
}

// pass lets time go by, in which the master answers.
func (p *puppet) pass(d time.Duration) {
	for end := time.Now().Add(d); ; p.wait(min(50*time.Millisecond, time.Until(end))) {
		for _, m := range p.messages() {
			p.answer(m)
		}
		if !time.Now().Before(end) {
			return
		}
	}
}

// messages are those posted since the last call.
func (p *puppet) messages() (posted []protocol.Message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	posted, p.posted = p.posted, nil
	return posted
}

// answer does what Locust does (locust/runners.py, client_listener).
func (p *puppet) answer(m protocol.Message) {
	back := time.Since(p.beat) > 4*time.Second
	switch m.(type) {
	case *protocol.Heartbeat:
		if p.beat = time.Now(); p.known && back && p.running {
			p.spawnAll()
		}
	case *protocol.ClientReady:
		p.note("  client_ready")
		p.known, p.beat = true, time.Now()
		p.mute.Store(p.old)
		p.master(&protocol.Ack{Index: p.index})
		if p.running {
			p.spawnAll()
		}
	case *protocol.ClientStopped:
		p.note("  client_stopped")
		p.known = false
		p.mute.Store(true)
	}
}

func (p *puppet) spawnAll() {
	p.note("spawn %d", p.target)
	p.spawn(time.Duration(p.rand.IntN(3))*time.Second, "A", p.target)
}

// begin connects; a new master knows nobody.
func (p *puppet) begin(isNew bool) {
	p.note("connect, new %v", isNew)
	if isNew {
		p.known, p.running, p.index = false, false, p.rand.IntN(2)
	}
	p.connected = true
	p.mute.Store(p.old || !p.known)
	p.connect(isNew)
}

// cut ends the connection, some time after the last report that arrives. A stop may be lost.
func (p *puppet) cut() {
	p.running = p.running && p.rand.IntN(3) > 0
	p.note("cut, running %v", p.running)
	p.hold.Store(true)
	p.pass(time.Duration(p.rand.IntN(4000)) * time.Millisecond)
	p.connected = false
	p.drop()
	p.hold.Store(false)
	p.messages()
}

func (p *puppet) step() {
	switch n := p.rand.IntN(10); {
	case n < 4:
		p.pass(time.Duration(p.rand.IntN(3000)) * time.Millisecond)
	case n == 4:
		p.pass(time.Duration(p.rand.IntN(20)) * time.Second)
	case !p.connected:
		p.begin(p.rand.IntN(5) == 0)
	case n == 5:
		p.cut()
	case n < 8 && p.known:
		p.running, p.target = true, p.rand.IntN(6)
		p.spawnAll()
	case n == 8 && p.running:
		p.master(&protocol.AllSpawned{UserCount: p.target + p.rand.IntN(2)})
	case n == 9 && p.known:
		p.note("stop")
		p.running = false
		p.master(&protocol.Stop{})
	}
	p.pass(0)
}

// want checks how many users run, after time enough for everything.
func (p *puppet) want(users int) {
	p.t.Helper()
	p.pass(15 * time.Second)
	if got := p.w.swarm.total(); got != users || !p.known || p.w.stats.Pending() {
		p.t.Errorf("%d users, want %d; registered %v, a report waits %v", got, users, p.known, p.w.stats.Pending())
	}
}

// Whatever happens to the connection and to the master: the users become as many as the
// master wants, and every request is accounted for.
func TestRandomMasters(t *testing.T) {
	for seed := range uint64(150) {
		var p *puppet
		var sum stats.Totals
		play(t, Config{MasterHeartbeatTimeout: forever, ReadyDelay: time.Duration(seed%2) * time.Second}, func(s *script) {
			p = &puppet{script: s, rand: rand.New(rand.NewPCG(seed, 0)), old: seed%3 == 0}
			for range 50 {
				p.step()
			}
			if !p.connected {
				p.begin(false)
			}
			p.want(map[bool]int{true: p.target}[p.running])
			p.running = false
			p.master(&protocol.Stop{})
			p.want(0)
			p.running, p.target = true, 3
			p.spawnAll()
			p.want(3)
			s.cancel()
			if err := s.wantEnd(time.Minute); err != nil {
				t.Error(err)
			}
			sum = s.w.stats.Totals()
		}, worksFor("A", 130*ms))
		if t.Failed() || sum.Recorded == 0 || sum.Reported+sum.Unreported != sum.Recorded {
			t.Fatalf("seed %d: %+v after\n%s", seed, sum, strings.Join(p.done, "\n"))
		}
	}
}
