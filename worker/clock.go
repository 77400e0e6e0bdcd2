package worker

import (
	"time"

	"github.com/hopperband/hopperband/protocol"
)

// checkClock warns once of a session whose master has another time: the rates that it
// shows are wrong then (locust/stats.py looks at seconds, 12 s back).
func (w *worker) checkClock(now time.Time, m *protocol.Spawn) {
	bearable := time.Second + w.master.delay(now)
	there := time.UnixMicro(int64(m.Timestamp * 1e6))
	off := now.Sub(there)
	if off.Abs() <= bearable || w.master.clockWarned {
		return
	}
	w.master.clockWarned = true
	w.log.Warn().Str("ahead_by", off.Round(time.Millisecond).String()).
		Msg("the clocks of master and worker differ: the master will show wrong rates")
}

// delay is how long a message of the master may have taken to here: as long as the echo of
// a heartbeat, or as this worker is late with its own.
func (m *master) delay(now time.Time) time.Duration {
	d := max(m.roundTrip, now.Sub(m.lastBeat)-beatEvery)
	if m.echoes && !m.unechoed.IsZero() {
		d = max(d, now.Sub(m.unechoed))
	}
	return d
}

// beaten notes that a heartbeat has been sent.
func (m *master) beaten(now time.Time) {
	m.beats++
	m.lastBeat = now
	if m.unechoed.IsZero() {
		m.unechoed = now
	}
}

// hasEchoed notes that a heartbeat has been echoed. An echo too many is of one before the last
// cut, or of a message that the master has processed twice.
func (m *master) hasEchoed(now time.Time) {
	if m.echoed == m.beats {
		return
	}
	m.echoed++
	if !m.unechoed.IsZero() {
		m.roundTrip, m.unechoed = now.Sub(m.unechoed), time.Time{}
	}
	if m.echoed < m.beats {
		m.unechoed = m.lastBeat
	}
}
