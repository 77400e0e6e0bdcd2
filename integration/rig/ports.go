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
	claimPause  = 10 * time.Millisecond
)

// FreePort returns a TCP port of 127.0.0.1 that nobody listens on.
func FreePort() (int, error) {
	port := 0
	release, err := claim(&port)
	if err != nil {
		return 0, err
	}
	release()
	return port, nil
}

// claim takes a port, a free one if it is 0, so that nobody else finds it free until it is
// released: a Python process needs a while to listen on it.
func claim(port *int) (release func(), err error) {
	const tries = 100
	given := *port
	for range tries {
		if given == 0 {
			*port = firstPort + rand.IntN(lastPort-firstPort+1)
		}
		if release, err = hold(*port); err == nil {
			return release, nil
		}
		if given != 0 {
			time.Sleep(claimPause) // somebody may just be looking whether it is free
		}
	}
	if given == 0 {
		return nil, errors.New("rig: no free port found on 127.0.0.1")
	}
	return nil, fmt.Errorf("port %d is taken: %w", given, err)
}

// hold takes the UDP port of that number, which stands for the TCP port, unless there is a
// listener on either.
func hold(port int) (release func(), err error) {
	c, err := net.ListenPacket("udp", local(port))
	if err != nil {
		return nil, err
	}
	release = func() { _ = c.Close() }
	l, err := net.Listen("tcp", local(port))
	if err != nil {
		release()
		return nil, err
	}
	if err := l.Close(); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// PortFree reports whether a TCP port of 127.0.0.1 can be listened on.
func PortFree(port int) bool {
	release, err := hold(port)
	if err != nil {
		return false
	}
	release()
	return true
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
