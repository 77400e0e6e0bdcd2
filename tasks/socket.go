package tasks

import (
	"errors"
	"net"
	"os"
	"time"
)

// A socket is a network connection whose deadline is cheap: moved only if it would come too
// late. One that comes too early is noticed and moved then, about once a timeout.
type socket struct {
	net.Conn
	direct
	end    time.Time // when the request must be over; zero means never
	set    time.Time // the deadline that the connection has
	fault  error     // of reading: it stays
	waited bool      // await has waited
}

// limit makes reads and writes end at end.
func (s *socket) limit(now, end time.Time) error {
	s.end = end
	if s.set.After(now) && (end.IsZero() || !s.set.After(end)) || s.set.IsZero() && end.IsZero() {
		return nil
	}
	return s.settle()
}

// settle gives the connection the deadline that the request has.
func (s *socket) settle() error {
	s.set = s.end
	return s.SetDeadline(s.end)
}

// early says whether err is of a deadline that was not the request's, and moves it.
func (s *socket) early(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) && !s.set.Equal(s.end) && s.settle() == nil
}

// Read implements net.Conn.
func (s *socket) Read(p []byte) (int, error) {
	for s.fault == nil {
		n, err := s.receive(p)
		if err == nil || n > 0 {
			return n, nil
		}
		if !s.goesOn(err) {
			return 0, err
		}
	}
	return 0, s.fault
}

// await waits until there is something to read.
func (s *socket) await() error {
	s.waited = false
	for s.fault == nil {
		err := s.arrive()
		if err == nil || !s.goesOn(err) {
			return err
		}
	}
	return s.fault
}

// goesOn says whether to read again after err, and remembers err if it stays.
func (s *socket) goesOn(err error) bool {
	if s.early(err) {
		return true
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		s.fault = err
	}
	return false
}

// Write implements net.Conn.
func (s *socket) Write(p []byte) (int, error) {
	sent := 0
	for {
		n, err := s.transmit(p[sent:])
		sent += n
		if err == nil || !s.early(err) {
			return sent, err
		}
	}
}
