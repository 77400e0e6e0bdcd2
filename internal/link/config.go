package link

import (
	"cmp"
	"context"
	"crypto/tls"
	"net"
	"time"

	"github.com/rs/zerolog"
)

// Config says how a Link connects. Zero durations mean the defaults.
type Config struct {
	Addr   string // host:port of the master, as net.JoinHostPort writes it
	NodeID string // the ZeroMQ identity and the node ID of every message, at most 255 bytes
	Log    zerolog.Logger
	// TLS is how to speak with a TLS front that stands before the master; nil means with the
	// master itself. Without a ServerName the host of Addr has to be in its certificate.
	TLS *tls.Config
	// Handled says which custom messages have a function; the Data of others is not decoded. Nil
	// means all.
	Handled func(messageType string) bool
	// Dial opens the connection, with its TLS; nil means a net.Dialer with TCP keep-alive, and
	// TLS. It must return soon after its context ends.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	Handshake    time.Duration // TCP connect, greeting and READY together; 5 s
	ProofTimeout time.Duration // from hello to the master's first answer; 5 s, growing to six times that on the next sessions
	PongTimeout  time.Duration // from a PING to any inbound byte, and the TTL that PINGs carry (in 0.1 s, at most 65 s); 6 s
	WriteStall   time.Duration // for each 256 KiB of a message to be taken by the kernel; 20 s
	FirstPause   time.Duration // between the end of a connection and the first redial, at least; 100 ms
	MaxPause     time.Duration // between redials at most, but for 15 %; 1.3 s in the first minute without a connection, 5 s later
}

// Bounds on what a peer can make the link hold in memory, and on what the owner can.
const (
	maxMessage = 16 << 20 // bytes of one inbound message
	maxFrames  = 16       // frames of one inbound message
	maxCommand = 8 << 10  // bytes of one inbound command

	maxPosted      = 1024     // messages posted and not yet written
	maxPostedBytes = 64 << 20 // their bytes
	maxNotes       = 256      // notes not yet written
	maxNoteBytes   = 4 << 20  // their bytes
)

// Time for what the peer has sent already to be read before a connection is closed, so
// that it is closed with a FIN.
const (
	drainLinger = 200 * time.Millisecond // after everything was written and confirmed
	failLinger  = 50 * time.Millisecond  // after a failure
	closeLinger = 10 * time.Millisecond  // in Close without a proven session
)

func (c Config) withDefaults() Config {
	c.Handshake = cmp.Or(c.Handshake, 5*time.Second)
	c.ProofTimeout = cmp.Or(c.ProofTimeout, 5*time.Second)
	c.PongTimeout = cmp.Or(c.PongTimeout, 6*time.Second)
	c.WriteStall = cmp.Or(c.WriteStall, 20*time.Second)
	c.FirstPause = cmp.Or(c.FirstPause, 100*time.Millisecond)
	if c.Handled == nil {
		c.Handled = func(string) bool { return true }
	}
	if c.Dial == nil {
		// Keep-alive ends a connection whose peer has gone while the owner is silent.
		d := &net.Dialer{KeepAliveConfig: net.KeepAliveConfig{
			Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3,
		}}
		c.Dial = d.DialContext
		if c.TLS != nil {
			c.Dial = dialTLS(d, c.TLS)
		}
	}
	return c
}
