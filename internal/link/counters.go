package link

import "sync/atomic"

// Counters are what a Link has done since Start.
type Counters struct {
	Dials        uint64 // attempts to connect
	Sessions     uint64 // connections that shook hands
	Proven       uint64 // of these, connections on which the master answered
	Sent         uint64 // messages written
	Received     uint64 // messages read and understood
	Skipped      uint64 // well-formed messages that could not be decoded
	Dropped      uint64 // posted messages that could not be sent when their turn came
	NotesDropped uint64 // notes that were refused
}

// counts is the live form of Counters.
type counts struct {
	dials, sessions, proven, sent, received, skipped, dropped, notesDropped atomic.Uint64

	sentOf, receivedOf tally
}

func (c *counts) snapshot() Counters {
	return Counters{
		Dials:        c.dials.Load(),
		Sessions:     c.sessions.Load(),
		Proven:       c.proven.Load(),
		Sent:         c.sent.Load(),
		Received:     c.received.Load(),
		Skipped:      c.skipped.Load(),
		Dropped:      c.dropped.Load(),
		NotesDropped: c.notesDropped.Load(),
	}
}
