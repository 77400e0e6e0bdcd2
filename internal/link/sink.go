package link

import (
	"errors"
	"net"
	"sync"
	"time"
)

const slice = 256 << 10

var errStopped = errors.New("link: the session has ended")

// A sink is the outbound half of a connection: every 256 KiB has a deadline of its own,
// and after a failure or stop nothing more is written.
type sink struct {
	conn  net.Conn
	stall time.Duration

	mu  sync.Mutex
	err error // why nothing more may be written
}

// Write writes all of p, or fails for good.
func (s *sink) Write(p []byte) (n int, err error) {
	for n < len(p) {
		if err := s.arm(); err != nil {
			return n, err
		}
		k, err := s.conn.Write(p[n:min(n+slice, len(p))])
		n += k
		if err != nil {
			s.end(err)
			return n, err
		}
	}
	return n, nil
}

// arm gives the next slice its time.
func (s *sink) arm() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	return s.conn.SetWriteDeadline(time.Now().Add(s.stall))
}

func (s *sink) end(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = err
	}
}

// stop makes a Write that is under way and all later ones fail.
func (s *sink) stop() {
	s.end(errStopped)
	_ = s.conn.SetWriteDeadline(time.Unix(1, 0))
}

// broken reports whether a Write has failed, so that a message may have been cut off.
func (s *sink) broken() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err != nil && !errors.Is(s.err, errStopped)
}
