package worker

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/protocol"
)

// At the master's quit what there is goes out at once, and the rest as long as the master
// listens; it counts as delivered by the echo behind it.
func TestQuitReportsEverything(t *testing.T) {
	play(t, Config{}, func(s *script) {
		running(s, 2)
		s.master(&protocol.Quit{})
		if got := s.take(); !strings.HasPrefix(got, "stats(") {
			t.Errorf("posted %q at once", got)
		}
		if err := s.wantEnd(time.Second); err != nil {
			t.Errorf("error %v", err)
		}
		got := s.take()
		if !strings.HasSuffix(got, "quit") || strings.Contains(got, "client_stopped") {
			t.Errorf("posted %q", got)
		}
		total := s.w.stats.Totals()
		if total.Unreported != 0 || total.Reported != total.Recorded || s.reported() != total.Recorded || !s.closed {
			t.Errorf("%+v", total)
		}
	}, worksFor("A", 150*ms))
}

// Requests that end when the master has stopped listening are told as unreported.
func TestQuitOutlastsTheMaster(t *testing.T) {
	play(t, Config{}, func(s *script) {
		running(s, 2)
		s.master(&protocol.Quit{})
		s.wait(500 * ms)
		s.mute.Store(true)
		if err := s.wantEnd(4 * time.Second); err != nil {
			t.Errorf("error %v", err)
		}
		if got := s.w.stats.Totals(); got.Unreported != 2 || got.Reported != got.Recorded-2 {
			t.Errorf("%+v", got)
		}
	}, worksFor("A", 7*time.Second))
}

// A report that is not echoed before the master has gone is not claimed, though its I/O
// took it.
func TestQuitWithoutEcho(t *testing.T) {
	play(t, Config{}, func(s *script) {
		running(s, 2)
		s.mute.Store(true)
		s.master(&protocol.Quit{})
		_ = s.wantEnd(2 * time.Second)
		if got := s.w.stats.Totals(); got.Unreported == 0 {
			t.Errorf("%+v", got)
		}
	}, worksFor("A", 100*ms))
}

// Echoes of heartbeats before the last cut, which come on the new connection, prove nothing.
func TestQuitAfterEchoesTooMany(t *testing.T) {
	play(t, Config{}, func(s *script) {
		running(s, 2)
		for range 3 {
			s.master(&protocol.HeartbeatEcho{})
		}
		s.mute.Store(true)
		s.master(&protocol.Quit{})
		_ = s.wantEnd(2 * time.Second)
		if got := s.w.stats.Totals(); got.Unreported == 0 {
			t.Errorf("%+v", got)
		}
	}, worksFor("A", 100*ms))
}

func TestQuitWhileIdle(t *testing.T) {
	play(t, Config{}, func(s *script) {
		s.register()
		s.take()
		s.master(&protocol.Quit{})
		_ = s.wantEnd(time.Second)
		s.want("stats(0) quit")
	}, worksFor("A", time.Second))
}

// A signal ends the users within the stop timeout, and the master keeps everything.
func TestSignal(t *testing.T) {
	play(t, Config{}, func(s *script) {
		running(s, 2)
		s.cancel()
		if err := s.wantEnd(4 * time.Second); err != nil {
			t.Errorf("error %v", err)
		}
		got := s.take()
		if !strings.HasSuffix(got, "quit") {
			t.Errorf("posted %q", got)
		}
		if total := s.w.stats.Totals(); total.Reported != total.Recorded || total.Interrupted != 0 || s.reported() != total.Recorded {
			t.Errorf("%+v", total)
		}
	}, worksFor("A", 3*time.Second))
}

// With a stop timeout without end the users finish their tasks, however long these take.
func TestSignalWithEndlessStopTimeout(t *testing.T) {
	play(t, Config{StopTimeout: math.MaxInt64}, func(s *script) {
		s.register()
		s.spawn(0, "A", 2)
		s.wait(time.Second)
		s.cancel()
		if err := s.wantEnd(11 * time.Minute); err != nil {
			t.Error(err)
		}
		if total := s.w.stats.Totals(); total.Reported != 2 || total.Interrupted != 0 {
			t.Errorf("%+v", total)
		}
	}, worksFor("A", 10*time.Minute))
}

// A worker that is told to end while its master is away waits for it, but not long.
func TestSignalWhileDown(t *testing.T) {
	play(t, Config{}, func(s *script) {
		running(s, 2)
		s.drop()
		s.cancel()
		s.wait(time.Second)
		s.connect(false)
		s.wait(100 * ms)
		_ = s.wantEnd(time.Second)
		if total := s.w.stats.Totals(); total.Reported != total.Recorded {
			t.Errorf("%+v", total)
		}
	}, worksFor("A", 100*ms))
	play(t, Config{}, func(s *script) {
		running(s, 2)
		s.drop()
		s.wait(time.Second)
		s.cancel()
		_ = s.wantEnd(2*reconnectWithin + time.Second)
		if total := s.w.stats.Totals(); total.Unreported == 0 || total.Reported+total.Unreported != total.Recorded {
			t.Errorf("%+v", total)
		}
	}, worksFor("A", 100*ms))
}

func TestSignalWithoutMaster(t *testing.T) {
	play(t, Config{}, func(s *script) {
		s.cancel()
		if err := s.wantEnd(time.Second); err != nil {
			t.Errorf("error %v", err)
		}
	}, worksFor("A", time.Second))
}
