package tasks

import "sync"

// maxEntries bounds the handles that one client keeps. Users whose names never end look
// them up each time.
const maxEntries = 256

// A session is what an HTTP keeps between requests.
type session struct {
	transport transport
	cookies   cookies

	mu      sync.Mutex
	entries map[entryKey]Entry
	targets []*target
}

type entryKey struct{ method, name string }

func newSession(u *User, opts []RequestOption) *session {
	return &session{transport: newTransport(opts, u.done)}
}

func (s *session) close() { s.transport.CloseIdleConnections() }

// entry returns u's handle for method and name.
func (s *session) entry(u *User, method, name string) Entry {
	if e, ok := u.entries.find(method, name); ok {
		return e
	}
	if !u.entries.full() {
		return u.entry(method, name)
	}
	key := entryKey{method, name}
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.entries[key]
	if ok {
		return e
	}
	e = u.entry(method, name)
	if s.entries == nil {
		s.entries = make(map[entryKey]Entry)
	}
	if len(s.entries) < maxEntries {
		s.entries[key] = e
	}
	return e
}
