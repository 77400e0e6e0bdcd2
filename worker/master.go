package worker

import "time"

// A master is what is known of the master and of the session with it.
type master struct {
	session     int // of the link; 0 is none
	up          bool
	everUp      bool
	renewed     bool // it is another process than the one that had our samples
	registered  bool // acknowledged at least once
	index       int
	echoes      bool // it answers heartbeats (Locust 2.19 and newer)
	deaf        bool // it did, and has stopped to on a connection that lived
	sole        bool // all of its users are ours
	lastHeard   time.Time
	lastBeat    time.Time
	lastSpawn   float64
	logs        bool  // it has a place for logs (Locust 2.29 and newer)
	clockWarned bool  // in this session
	reason      error // why there is no session

	excused time.Time // until then, in this session, it has nothing to answer

	beats, echoed int           // in this session
	unechoed      time.Time     // since when a heartbeat of it waits for its echo; zero: none does
	roundTrip     time.Duration // of the last heartbeat that was echoed
	acked         bool          // in this session
	asked         bool          // in this session, whether it knows this worker
}

// expected is since when the master should have said something.
func (m *master) expected() time.Time {
	if m.excused.After(m.lastHeard) {
		return m.excused
	}
	return m.lastHeard
}
