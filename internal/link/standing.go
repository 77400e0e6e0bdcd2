package link

import (
	"sync"

	"github.com/hopperband/hopperband/protocol"
)

// A kind is what decides whether and how a message may be written.
type kind uint8

const (
	ordinary  kind = iota // needs a proven session: stats, exception, logs, custom
	farewell              // quit: as ordinary, and goes behind the notes
	ready                 // client_ready: may open a session
	heartbeat             // may open a session; followed by a PING
	swarming              // spawning, spawning_complete: need a registration
	leaving               // client_stopped: needs a registration and ends it
	mark                  // no message: the end of a report; followed by a PING
)

func kindOf(m protocol.Message) kind {
	switch m.(type) {
	case *protocol.ClientReady:
		return ready
	case *protocol.Heartbeat:
		return heartbeat
	case *protocol.Spawning, *protocol.SpawningComplete:
		return swarming
	case *protocol.ClientStopped:
		return leaving
	case *protocol.Quit:
		return farewell
	}
	return ordinary
}

// A registration is what this session knows of the master's entry for this worker.
type registration uint8

const (
	unknown registration = iota
	registered
	left // client_stopped was written: only an ack registers again
)

// A standing is what the master has shown on one connection. The reader adds to it, the
// writer asks it at the moment of writing: a master is deaf for good after a message that
// needs a registration from a worker that has none (locust/runners.py, client_listener;
// KeyError up to 2.46).
type standing struct {
	mu           sync.Mutex
	proven       bool
	registration registration
}

// heard notes a message from the master. It reports whether it was the first one.
func (s *standing) heard(m protocol.Message) (first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	first = !s.proven
	s.proven = true
	switch m.(type) {
	case *protocol.Ack:
		s.registration = registered
	case *protocol.HeartbeatEcho, *protocol.Spawn, *protocol.AllSpawned, *protocol.Stop, *protocol.UpdateUserClass:
		// The master sends these to workers in its list only; after client_stopped they
		// may still be on their way from before it.
		if s.registration == unknown {
			s.registration = registered
		}
	}
	return first
}

func (s *standing) isProven() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.proven
}

// admit reports whether a message may be written now, and takes it as written.
func (s *standing) admit(k kind) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch k {
	case ready, heartbeat:
		return true
	case swarming:
		return s.proven && s.registration == registered
	case leaving:
		ok := s.proven && s.registration == registered
		if ok {
			s.registration = left
		}
		return ok
	}
	return s.proven
}
