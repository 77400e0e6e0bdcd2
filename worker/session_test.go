package worker

import (
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/protocol"
)

// running brings a test of two users to its plateau; total is how many the master counts
// over all workers.
func running(s *script, total int) {
	s.t.Helper()
	s.register()
	s.spawn(5*time.Second, "A", 2)
	s.wait(900 * ms)
	s.master(&protocol.AllSpawned{UserCount: total})
	s.wait(5 * time.Second)
	s.take()
}

// The report whose confirmation was cut off is sent again, in front of everything else.
func TestUnconfirmedReportIsSentAgain(t *testing.T) {
	play(t, Config{}, func(s *script) {
		running(s, 2)
		s.reported()
		before := s.w.stats.Totals()
		s.hold.Store(true)
		s.wait(3 * time.Second)
		s.drop()
		s.hold.Store(false)
		lost := s.w.stats.Totals()
		if sent := lost.Recorded - before.Reported; sent == 0 || s.reported() != 0 {
			t.Fatalf("nothing was in flight: %+v, then %+v", before, lost)
		}
		s.take()
		s.connect(false)
		s.want("client_ready")
		s.master(&protocol.Ack{Index: 3})
		if got := s.take(); !strings.HasPrefix(got, "stats(") || got == "stats(0)" {
			t.Errorf("posted %q after the ack", got)
		}
		s.spawn(5*time.Second, "A", 2)
		s.master(&protocol.Stop{})
		s.wait(time.Second)
		after := s.w.stats.Totals()
		if got := s.reported(); got != after.Recorded-before.Reported {
			t.Errorf("the master was given %d requests after the cut, of %d", got, after.Recorded-before.Reported)
		}
		if after.Resent == 0 || after.Resent > lost.Recorded-before.Reported {
			t.Errorf("%d requests resent", after.Resent)
		}
	}, worksFor("A", 100*ms))
}

// A sole worker registers again after a cut, and its users work on meanwhile.
func TestCutOfSoleWorker(t *testing.T) {
	play(t, Config{}, func(s *script) {
		running(s, 2)
		s.drop()
		before := s.w.stats.Totals().Recorded
		s.wait(time.Second)
		if s.w.stats.Totals().Recorded == before {
			t.Error("the users of a sole worker did not work on")
		}
		s.connect(false)
		if got := s.take(); !strings.HasPrefix(got, "client_ready stats(") { // the master has echoed a heartbeat: it is the same
			t.Errorf("posted %q", got)
		}
		s.master(&protocol.Ack{Index: 3})
		s.wait(time.Second)
		s.spawn(5*time.Second, "A", 2)
		s.wait(5 * time.Second)
		if got := s.take(); !strings.Contains(got, "spawning_complete(A=2)") || strings.Contains(got, "client") {
			t.Errorf("posted %q", got)
		}
		if s.w.phase != active || s.w.swarm.total() != 2 {
			t.Errorf("phase %v with %d users", s.w.phase, s.w.swarm.total())
		}
	}, worksFor("A", 100*ms))
}

// A cut can swallow the stop: without a new spawn the load ends. One of several workers
// joins its master again, which may have a test for it all the same.
func TestCutThatSwallowsStop(t *testing.T) {
	for _, total := range []int{2, 5} {
		play(t, Config{}, func(s *script) {
			running(s, total)
			began := time.Now()
			s.drop()
			s.connect(false)
			if total == 2 {
				s.master(&protocol.Ack{Index: 3})
			}
			s.wait(200 * ms)
			before := s.w.stats.Totals().Recorded
			s.wait(8 * time.Second)
			if got := s.w.stats.Totals().Recorded; total != 2 && got != before {
				t.Errorf("paused users made %d requests before they ended", got-before)
			}
			if got := s.w.swarm.total(); got != 0 {
				t.Errorf("of %d users in all, ours: %d users %v after the cut", total, got, time.Since(began))
			}
			if got := s.lastState(); got != protocol.StateReady {
				t.Errorf("state %q", got)
			}
			if got := s.take(); strings.Contains(got, "client_stopped client_ready") != (total == 5) {
				t.Errorf("posted %q: one of several workers has to join again, a sole one has done so", got)
			}
		}, worksFor("A", 100*ms))
	}
}

// One of several workers pauses its users and stays silent until the master must have
// seen it missing: a second client_ready would double its share.
func TestCutOfOneOfSeveral(t *testing.T) {
	play(t, Config{}, func(s *script) {
		running(s, 5)
		lastBeat := s.w.master.lastBeat
		s.drop()
		s.wait(200 * ms) // the running tasks end
		before := s.w.stats.Totals().Recorded
		s.connect(false)
		s.wait(time.Until(lastBeat.Add(missingAfter - 10*ms)))
		s.want("")
		if got := s.lastState(); got != "none" {
			t.Errorf("a heartbeat while silent")
		}
		if got := s.w.stats.Totals().Recorded; got != before {
			t.Errorf("paused users made %d requests", got-before)
		}
		s.wait(20 * ms)
		if got := s.lastState(); got != protocol.StateRunning {
			t.Errorf("state %q in the first heartbeat", got)
		}
		s.spawn(5*time.Second, "A", 2)
		s.wait(2 * time.Second)
		if got := s.take(); !strings.Contains(got, "spawning spawning_complete(A=2)") || strings.Contains(got, "client_ready") {
			t.Errorf("posted %q", got)
		}
		if s.w.stats.Totals().Recorded == before {
			t.Error("the users did not go on")
		}
	}, worksFor("A", 100*ms))
}

// A master that still knows a returning worker may speak first.
func TestSpawnEndsTheSilence(t *testing.T) {
	play(t, Config{}, func(s *script) {
		running(s, 5)
		s.drop()
		s.connect(false)
		s.spawn(5*time.Second, "A", 1)
		s.wait(1500 * ms)
		if got := s.take(); !strings.Contains(got, "spawning_complete(A=1)") {
			t.Errorf("posted %q", got)
		}
	}, worksFor("A", 100*ms))
}

// After a refused connection, when the index has changed, or when it does not echo the
// heartbeat in front of the client_ready, the master is another process: the old one's test
// is over, and its samples are not for the new one.
func TestNewMaster(t *testing.T) {
	for by, index := range map[string]int{"refused": 3, "index": 4, "echo": 3} {
		refused := by == "refused"
		play(t, Config{}, func(s *script) {
			running(s, 2)
			s.hold.Store(true)
			s.wait(3 * time.Second)
			s.drop()
			s.hold.Store(false)
			s.mute.Store(by == "echo")
			s.connect(refused)
			s.mute.Store(false)
			s.take()
			s.reported()
			if refused {
				s.wait(10 * ms)
				if got := s.w.swarm.total(); got != 0 {
					t.Errorf("%d users run that the new master did not ask for", got)
				}
			}
			s.master(&protocol.Ack{Index: index})
			s.wait(10 * time.Second)
			if got := s.w.swarm.total(); got != 0 {
				t.Errorf("%d users run that the new master did not ask for", got)
			}
			if got := s.reported(); got != 0 {
				t.Errorf("%s: the new master was given %d requests of the old one's test", by, got)
			}
			if got := s.w.stats.Totals(); got.Unreported == 0 || got.Recorded != got.Reported+got.Unreported {
				t.Errorf("%+v", got)
			}
		}, worksFor("A", 100*ms))
	}
}

// What a lost session owed is not carried into the next one.
func TestCutWhileStopping(t *testing.T) {
	play(t, Config{}, func(s *script) {
		running(s, 2)
		s.master(&protocol.Stop{})
		s.drop()
		s.connect(false)
		s.want("client_ready")
		s.master(&protocol.Ack{Index: 3})
		s.wait(10 * time.Second)
		if got := s.take(); strings.Contains(got, "client") {
			t.Errorf("posted %q", got)
		}
		if got := s.w.stats.Totals(); got.Recorded != got.Reported || s.w.phase != idle {
			t.Errorf("%+v in phase %v", got, s.w.phase)
		}
	}, worksFor("A", 2*time.Second))
}

func TestLostMaster(t *testing.T) {
	play(t, Config{MasterHeartbeatTimeout: 20 * time.Second}, func(s *script) {
		running(s, 2)
		s.drop()
		s.wait(19 * time.Second)
		if got := s.w.swarm.total(); got != 2 {
			t.Errorf("%d users before the timeout", got)
		}
		err := s.wantEnd(5 * time.Second)
		if err == nil || !strings.Contains(err.Error(), "127.0.0.1:5557: no word for 20s") || !strings.Contains(err.Error(), "cut") {
			t.Errorf("error %v", err)
		}
		if got := s.w.swarm.total(); got != 0 {
			t.Errorf("%d users after the end", got)
		}
	}, worksFor("A", 100*ms))
}

// A master whose application is deaf is lost, though its I/O still confirms reports.
func TestDeafMaster(t *testing.T) {
	play(t, Config{}, func(s *script) {
		running(s, 2)
		s.mute.Store(true)
		s.wait(deafAfter + time.Second)
		s.take()
		for range 2 {
			s.connect(false)
			s.want("client_ready") // nobody answers
			s.wait(10 * time.Second)
			s.drop()
		}
		if err := s.wantEnd(time.Minute); err == nil || s.w.swarm.total() != 0 {
			t.Errorf("error %v with %d users", err, s.w.swarm.total())
		}
	}, worksFor("A", 100*ms))
}

// A worker that was frozen for long is unknown to its master: it must register again.
func TestForgottenWorker(t *testing.T) {
	play(t, Config{}, func(s *script) {
		s.register()
		s.mute.Store(true)
		s.wait(deafAfter + time.Second)
		s.take()
		s.mute.Store(false)
		s.connect(false)
		s.want("client_ready")
		s.master(&protocol.Ack{Index: 3})
		s.want("stats(0)")
	}, worksFor("A", 100*ms))
}

func TestNoMaster(t *testing.T) {
	play(t, Config{ConnectTimeout: 30 * time.Second}, func(s *script) {
		err := s.wantEnd(31 * time.Second)
		if err == nil || !strings.Contains(err.Error(), "no connection within 30s") {
			t.Errorf("error %v", err)
		}
	}, worksFor("A", 100*ms))
}

// A load whose stop was lost ends by the run time that its plan has, or by our own limit.
func TestOvertime(t *testing.T) {
	tests := []struct {
		cfg     Config
		options map[string]any
		end     time.Duration
	}{
		{Config{}, map[string]any{"run_time": int64(30), "headless": true}, 30*time.Second + 5*time.Second + overtime},
		{Config{MaxRunTime: time.Hour}, map[string]any{"run_time": int64(30)}, time.Hour}, // left over in the web UI
		{Config{MaxRunTime: 40 * time.Second}, map[string]any{"run_time": int64(30), "headless": true}, 40 * time.Second},
		{Config{MaxRunTime: 40 * time.Second}, nil, 40 * time.Second},
	}
	for _, tt := range tests {
		play(t, tt.cfg, func(s *script) {
			s.register()
			s.master(&protocol.Spawn{
				Timestamp: 1, UserClassesCount: map[string]int{"A": 2}, StopTimeout: 5 * time.Second, ParsedOptions: tt.options,
			})
			s.wait(tt.end - time.Second)
			if got := s.w.swarm.total(); got != 2 {
				t.Errorf("%v: %d users before", tt.end, got)
			}
			s.wait(3 * time.Second)
			if got := s.w.swarm.total(); got != 0 {
				t.Errorf("%v: %d users after", tt.end, got)
			}
		}, worksFor("A", 100*ms))
	}
}

// A load shape goes on sending spawns. They bring no users back before the master's stop.
func TestSpawnAfterOvertime(t *testing.T) {
	play(t, Config{MaxRunTime: 10 * time.Second}, func(s *script) {
		s.register()
		s.spawn(5*time.Second, "A", 2)
		s.wait(12 * time.Second)
		s.take()
		for n := range 3 {
			s.spawn(5*time.Second, "A", 3+n)
			s.wait(time.Second)
			if got := s.take(); !strings.HasPrefix(got, "spawning spawning_complete(A=0)") {
				t.Errorf("posted %q", got)
			}
		}
		s.master(&protocol.Stop{})
		s.want("client_stopped client_ready")
		s.master(&protocol.Ack{Index: 3})
		s.spawn(5*time.Second, "A", 1)
		s.wait(time.Second)
		if got := s.w.swarm.total(); got != 1 {
			t.Errorf("%d users of the next test", got)
		}
	}, worksFor("A", 100*ms))
}

// A master that could not decode a frame asks for a new connection: the test goes on.
func TestReconnect(t *testing.T) {
	play(t, Config{}, func(s *script) {
		running(s, 2)
		s.master(&protocol.Reconnect{})
		s.connect(false)
		s.master(&protocol.Ack{Index: 3})
		s.spawn(5*time.Second, "A", 2)
		s.wait(time.Second)
		if got := s.take(); !strings.Contains(got, "client_ready") || !strings.Contains(got, "spawning_complete(A=2)") {
			t.Errorf("posted %q", got)
		}
	}, worksFor("A", 100*ms))
}
