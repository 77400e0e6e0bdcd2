package link

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

// ErrNoProof ends a session on which the master has not answered in time: it is busy or
// stopped, or it holds an older connection with this node ID and hears nothing on this one
// (libzmq's ROUTER ignores a second connection with an identity it knows).
var ErrNoProof = errors.New("link: master did not answer on this connection: it is busy, or still holds an older connection of this worker")

var (
	errTimeout   = errors.New("no answer in time")
	errNotMaster = errors.New("link: the peer is not a Locust master")
	errCut       = errors.New("link: the peer closed the connection during the handshake")
)

const wrongPort = "is this the web UI's port? the master's worker port is 5557"

// diagnose says why a handshake has failed, by what the peer has sent.
func diagnose(ctx context.Context, g *guard, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, errTimeout) {
		return fmt.Errorf("link: handshake: %w", cause)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = errTimeout
	}
	if err = lastWords(g.Conn, err); isAlert(err) {
		return fmt.Errorf("link: handshake: %w", err)
	}
	if g.greeted == 0 && errors.Is(err, errTimeout) {
		provoke(g)
	}
	if reason := recognize(g.greeting[:g.greeted]); reason != "" {
		return fmt.Errorf("%w: %s", errNotMaster, reason)
	}
	switch {
	case g.greeted == 0 && errors.Is(err, errTimeout):
		return fmt.Errorf("link: the peer accepts the connection but says nothing: %w (a stopped master? or not its worker port, 5557?)", errTimeout)
	case g.cut:
		return errCut
	case gone(err): // zmq4 means the end of a command's body
		return fmt.Errorf("%w in the handshake", errBadFrame)
	}
	return fmt.Errorf("link: handshake: %w", err)
}

// provoke makes a silent HTTP server answer, which waits for the end of a request line.
// The connection is given up already.
func provoke(g *guard) {
	_ = g.SetDeadline(time.Now().Add(80 * time.Millisecond))
	if _, err := g.Conn.Write([]byte("\r\n\r\n")); err != nil {
		return
	}
	g.greeted, _ = io.ReadAtLeast(g.Conn, g.greeting[:], 5)
}

// recognize says what a peer is whose first bytes are no greeting of ZMTP 3 with the NULL
// mechanism; "" if they may be one.
func recognize(first []byte) string {
	switch {
	case len(first) == 0:
		return ""
	case bytes.HasPrefix(first, []byte("HTTP/")):
		return "it speaks HTTP, not ZMTP: " + wrongPort
	case bytes.HasPrefix(first, []byte("SSH-")):
		return "it speaks SSH, not ZMTP"
	case len(first) >= 3 && (first[0] == 0x15 || first[0] == 0x16) && first[1] == 3:
		return "it speaks TLS, not plain ZMTP: --master-tls is for a TLS front"
	case first[0] != 0xff || len(first) >= 10 && first[9] != 0x7f:
		return fmt.Sprintf("it does not speak ZMTP but sent %q", first[:min(len(first), 16)])
	case len(first) > 10 && first[10] < 3:
		return "it speaks a ZMTP older than 3.0 (libzmq before 4.0)"
	case len(first) == greetingSize && string(bytes.TrimRight(first[12:32], "\x00")) != "NULL":
		return fmt.Sprintf("it wants the security mechanism %q; a Locust master's is NULL", bytes.TrimRight(first[12:32], "\x00"))
	}
	return ""
}

// gone reports whether the peer has ended the connection.
func gone(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// refused reports whether nobody listened at the address.
func refused(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }

// reason is the short form of an error for the log, without what changes from one attempt
// to the next.
func reason(err error) string {
	var dns *net.DNSError
	if text := reasonTLS(err); text != "" {
		return text
	}
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Sprintf("unknown host %q", dns.Name)
	case errors.As(err, &dns):
		return fmt.Sprintf("cannot look up host %q: %s", dns.Name, dns.Err)
	case refused(err):
		return "connection refused"
	case errors.Is(err, errNotMaster):
		// It says more in its own words.
	case gone(err):
		return "the peer closed the connection"
	case errors.Is(err, context.DeadlineExceeded), isDialTimeout(err):
		return "no answer to the TCP connect"
	}
	if op := (*net.OpError)(nil); errors.As(err, &op) {
		return op.Op + ": " + op.Err.Error() // without addresses: the local port is another each time
	}
	text := err.Error()
	if i := strings.LastIndex(text, "link: "); i >= 0 {
		text = text[i+len("link: "):] // what the guard says, without zmq4's words around it
	}
	return text
}

func isDialTimeout(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial" && op.Timeout()
}
