package worker

import (
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/protocol"
)

// With --reset-stats what was counted while users were being started is forgotten.
func TestResetStats(t *testing.T) {
	for _, tt := range []struct {
		cfg     Config
		options map[string]any
		reset   bool
	}{
		{Config{}, nil, false},
		{Config{ResetStats: true}, nil, true},
		{Config{}, map[string]any{"reset_stats": true}, true},
		{Config{}, map[string]any{"reset_stats": false}, false},
	} {
		play(t, tt.cfg, func(s *script) {
			s.register()
			s.hold.Store(true)
			s.master(&protocol.Spawn{Timestamp: 1, UserClassesCount: map[string]int{"A": 2}, StopTimeout: time.Second, ParsedOptions: tt.options})
			s.wait(4 * time.Second)
			s.hold.Store(false)
			s.master(&protocol.AllSpawned{UserCount: 2})
			if got := s.w.stats.Totals().Unreported; (got > 0) != tt.reset {
				t.Errorf("%+v: %d requests forgotten", tt.options, got)
			}
		}, worksFor("A", 100*ms))
	}
}

// LOCUST_WORKER_ADDITIONAL_WAIT_BEFORE_READY_AFTER_STOP holds the client_ready back.
func TestReadyDelay(t *testing.T) {
	play(t, Config{ReadyDelay: 3 * time.Second}, func(s *script) {
		running(s, 2)
		s.master(&protocol.Stop{})
		s.wait(time.Second)
		if got := s.take(); !strings.HasSuffix(got, "client_stopped") {
			t.Errorf("posted %q", got)
		}
		s.wait(1800 * ms)
		if got := s.take(); strings.Contains(got, "client_ready") {
			t.Errorf("posted %q too early", got)
		}
		s.wait(500 * ms)
		if got := s.take(); strings.Count(got, "client_ready") != 1 {
			t.Errorf("posted %q", got)
		}
	}, worksFor("A", 100*ms))
}

// A master does not answer a worker that has left and has not come back: that it is silent
// means nothing, however long the delay is.
func TestLongReadyDelay(t *testing.T) {
	play(t, Config{ReadyDelay: 2 * time.Minute}, func(s *script) {
		running(s, 2)
		s.master(&protocol.Stop{})
		s.wait(time.Second)
		s.mute.Store(true)
		s.take()
		for range 118 {
			s.wait(time.Second)
			if got := s.lastState(); got != "none" {
				t.Fatalf("a heartbeat of a worker that has left: %q", got)
			}
			if got := s.take(); strings.Contains(got, "client") {
				t.Fatalf("posted %q", got)
			}
		}
		s.mute.Store(false)
		s.wait(2 * time.Second)
		if got := s.take(); strings.Count(got, "client_ready") != 1 {
			t.Errorf("posted %q", got)
		}
		s.master(&protocol.Ack{Index: 3})
		s.master(&protocol.Quit{})
		if err := s.wantEnd(time.Second); err != nil || s.w.stats.Totals().Unreported != 0 {
			t.Errorf("%v, %+v", err, s.w.stats.Totals())
		}
	}, worksFor("A", 100*ms))
}

// The worker's own stop timeout is for masters that have none.
func TestOwnStopTimeout(t *testing.T) {
	for _, tt := range []struct{ own, masters, gone time.Duration }{
		{0, 0, 10 * ms},
		{2 * time.Second, 0, 2*time.Second + 10*ms},
		{2 * time.Second, time.Second, time.Second + 10*ms},
	} {
		play(t, Config{StopTimeout: tt.own}, func(s *script) {
			s.register()
			s.spawn(tt.masters, "A", 2)
			s.wait(2 * time.Second)
			s.master(&protocol.Stop{})
			s.wait(tt.gone - 20*ms)
			if got := s.w.swarm.total(); tt.gone > 20*ms && got != 2 {
				t.Errorf("%+v: %d users before", tt, got)
			}
			s.wait(40 * ms)
			if got := s.w.swarm.total(); got != 0 {
				t.Errorf("%+v: %d users after", tt, got)
			}
		}, worksFor("A", time.Hour))
	}
}
