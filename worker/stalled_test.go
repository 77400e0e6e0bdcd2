package worker

import (
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/link"
	"github.com/hopperband/hopperband/protocol"
)

// A master that was frozen counts this worker's silence from its own awakening: one of
// several workers is silent for that long from then on.
func TestStalledMasterOfSeveral(t *testing.T) {
	play(t, Config{}, func(s *script) {
		running(s, 5)
		s.drop()
		s.wait(10 * time.Second)
		s.connectStalled()
		before := s.w.stats.Totals().Recorded
		s.wait(missingAfter - 10*ms)
		s.want("")
		if got := s.lastState(); got != "none" {
			t.Errorf("a heartbeat while silent")
		}
		s.wait(20 * ms)
		if got := s.lastState(); got != protocol.StateRunning {
			t.Errorf("state %q in the first heartbeat", got)
		}
		if got := s.w.stats.Totals().Recorded; got != before {
			t.Errorf("paused users made %d requests", got-before)
		}
		s.spawn(5*time.Second, "A", 2)
		s.wait(time.Second)
		if got := s.take(); !strings.Contains(got, "spawning_complete(A=2)") {
			t.Errorf("posted %q", got)
		}
	}, worksFor("A", 100*ms))
}

// A spawn that cannot be had ends the pause of the users all the same: they stay, and work.
func TestBadSpawnEndsThePause(t *testing.T) {
	play(t, Config{}, func(s *script) {
		running(s, 5)
		s.drop()
		s.wait(200 * ms)
		s.connect(false)
		s.spawn(5*time.Second, "A", mostUsers+1)
		before := s.w.stats.Totals().Recorded
		s.wait(2 * time.Second)
		if got := s.w.stats.Totals().Recorded; s.w.swarm.total() != 2 || got == before {
			t.Errorf("%d users, %d requests after the spawn", s.w.swarm.total(), got-before)
		}
	}, worksFor("A", 100*ms))
}

// connectStalled begins a session after one in which the master had stopped answering.
func (s *script) connectStalled() {
	s.t.Helper()
	s.mu.Lock()
	s.session++
	s.up = true
	s.mu.Unlock()
	s.event(link.Connected{Session: s.session, Stalled: true})
}
