//go:build !linux

package tasks

import "net"

// A direct is what only Linux needs.
type direct struct{}

func (s *socket) open(c net.Conn)                    { s.Conn = c }
func (s *socket) arrive() error                      { return nil }
func (s *socket) receive(p []byte) (int, error)      { return s.Conn.Read(p) }
func (s *socket) transmit(p []byte) (n int, e error) { return s.Conn.Write(p) }
