package worker

import (
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/protocol"
)

// old brings a test of two users to its plateau on a master before Locust 2.19: it neither
// echoes heartbeats nor says how many users there are.
func old(s *script, index int, options map[string]any) {
	s.t.Helper()
	s.mute.Store(true)
	s.connect(false)
	s.master(&protocol.Ack{Index: index})
	s.stamp++
	s.master(&protocol.Spawn{Timestamp: s.stamp, UserClassesCount: map[string]int{"A": 2}, StopTimeout: 5 * time.Second, ParsedOptions: options})
	s.wait(5 * time.Second)
	s.take()
	s.reported()
}

// The first worker of an old master may be its only one, whose silence would end the test.
func TestCutFromOldMaster(t *testing.T) {
	play(t, Config{}, func(s *script) {
		old(s, 0, map[string]any{"expect_workers": int64(1), "enable_rebalancing": false})
		s.drop()
		s.connect(false)
		s.want("client_ready")
		s.master(&protocol.Ack{})
		s.spawn(5*time.Second, "A", 2)
		before := s.w.stats.Totals().Recorded
		s.wait(5 * time.Second)
		if got := s.take(); !strings.Contains(got, "spawning_complete(A=2)") || strings.Contains(got, "client") {
			t.Errorf("posted %q", got)
		}
		if s.w.phase != active || s.w.stats.Totals().Recorded == before {
			t.Errorf("phase %v: the users did not go on", s.w.phase)
		}
	}, worksFor("A", 100*ms))
}

// The others register when the master must have missed them: a heartbeat brings no answer
// if the master has had an outage before, and what was recorded would never be delivered.
func TestCutFromOldMasterOfSeveral(t *testing.T) {
	for index, options := range []map[string]any{{"expect_workers": int64(2)}, {"expect_workers": int64(1)}} {
		cutOfSeveral(t, index, options)
	}
}

func cutOfSeveral(t *testing.T, index int, options map[string]any) {
	t.Helper()
	play(t, Config{}, func(s *script) {
		old(s, index, options)
		s.hold.Store(true)
		s.wait(3 * time.Second)
		lastBeat := s.w.master.lastBeat
		s.drop()
		s.hold.Store(false)
		s.take()
		s.connect(false)
		s.wait(time.Until(lastBeat.Add(missingAfter - 10*ms)))
		s.want("")
		s.wait(20 * ms)
		s.want("client_ready")
		s.wait(4 * time.Second) // a slow master
		if s.w.phase != active {
			t.Fatal("the test has ended before the master's answer")
		}
		s.master(&protocol.Ack{Index: index}) // and no spawn
		s.wait(5 * time.Second)
		if got := s.w.swarm.total(); got != 0 {
			t.Errorf("%d users", got)
		}
		if got := s.take(); strings.Contains(got, "client") {
			t.Errorf("posted %q: it has registered before", got)
		}
		if got := s.w.stats.Totals(); got.Reported != got.Recorded || got.Resent == 0 {
			t.Errorf("%+v: want all reported, and some resent", got)
		}
	}, worksFor("A", 100*ms))
}
