package worker

import (
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/protocol"
)

func TestClockWarning(t *testing.T) {
	for _, off := range []time.Duration{0, 500 * ms, 3 * time.Second, -3 * time.Second} {
		var log lockedBuffer
		play(t, Config{Log: zerolog.New(&log)}, func(s *script) {
			s.register()
			for range 2 {
				there := time.Now().Add(-off)
				s.master(&protocol.Spawn{Timestamp: float64(there.UnixMicro()) / 1e6, UserClassesCount: map[string]int{"A": 1}})
				s.wait(2 * time.Second)
			}
		}, worksFor("A", 100*ms))
		want := 0
		if off.Abs() > time.Second {
			want = 1
		}
		if got := strings.Count(log.String(), "clocks"); got != want {
			t.Errorf("off by %v: %d warnings, want %d", off, got, want)
		}
	}
}

// A spawn that was on its way for long, from a master that is busy, tells nothing of its clock.
func TestClockWarningOfBusyMaster(t *testing.T) {
	for _, busy := range []bool{true, false} {
		var log lockedBuffer
		play(t, Config{Log: zerolog.New(&log)}, func(s *script) {
			s.register()
			s.wait(500 * ms)
			sent := time.Now()
			s.mute.Store(busy)
			s.wait(3 * time.Second)
			s.master(&protocol.Spawn{Timestamp: float64(sent.UnixMicro()) / 1e6, UserClassesCount: map[string]int{"A": 1}})
		}, worksFor("A", 100*ms))
		if got := strings.Contains(log.String(), "clocks"); got == busy {
			t.Errorf("busy %v: warned %v", busy, got)
		}
	}
}
