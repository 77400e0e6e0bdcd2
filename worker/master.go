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

	beats, echoed int  // in this session
	acked         bool // in this session
	asked         bool // in this session, whether it knows this worker
}
