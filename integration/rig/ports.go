package rig

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"time"
)

// Free ports are looked for below the range that the systems take outgoing connections'
// ports from (Linux: from 32768), so that no connection of a load test takes one.
const (
	firstPort = 20000
	lastPort  = 31999
)

const (
	dialPause   = 50 * time.Millisecond
	dialTimeout = time.Second
)

// FreePort returns a TCP port of 127.0.0.1 that nobody listens on.
func FreePort() (int, error) {
	for range 100 {
		port := firstPort + rand.IntN(lastPort-firstPort+1)
		if PortFree(port) {
			return port, nil
		}
	}
	return 0, errors.New("rig: no free port found on 127.0.0.1")
}

// claim takes a port, a free one if it is 0, so that nobody else finds it free until it is
// released: a Python process needs a while to listen on it.
func claim(port *int) (release func(), err error) {
	if *port != 0 && !PortFree(*port) {
		return nil, fmt.Errorf("port %d is taken", *port)
	}
	if *port == 0 {
		if *port, err = FreePort(); err != nil {
			return nil, err
		}
	}
	c, err := net.ListenPacket("udp", local(*port))
	if err != nil {
		return nil, fmt.Errorf("port %d is taken: %w", *port, err)
	}
	return func() { _ = c.Close() }, nil
}

// PortFree reports whether a TCP port of 127.0.0.1 can be listened on.
func PortFree(port int) bool {
	c, err := net.ListenPacket("udp", local(port)) // as claim does
	if err != nil {
		return false
	}
	defer func() { _ = c.Close() }()
	l, err := net.Listen("tcp", local(port))
	return err == nil && l.Close() == nil
}

func local(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// waitListening waits until p answers connections to addr.
func waitListening(ctx context.Context, p *Process, addr string) error {
	d := net.Dialer{Timeout: dialTimeout}
	for {
		conn, err := d.DialContext(ctx, "tcp", addr)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-time.After(dialPause):
		case <-p.Done():
			return p.ended()
		case <-ctx.Done():
			return fmt.Errorf("rig: waiting for %s to listen on %s: %w; its last lines:\n%s", p.name, addr, context.Cause(ctx), p.Tail(20))
		}
	}
}
