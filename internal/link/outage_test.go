package link

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"
)

func TestPauseBounds(t *testing.T) {
	start := time.Unix(1_000_000, 0)
	for _, random := range []float64{0, 0.5, 0.999999} {
		var o outage
		last := time.Duration(0)
		for attempt := 1; attempt < 100; attempt++ {
			o.failed(io.EOF, start)
			p := o.pauseAt(100*time.Millisecond, 0, start, random)
			if p < 100*time.Millisecond || p > 1500*time.Millisecond || p < last {
				t.Errorf("random %v, attempt %d: %s after %s, want 0.1 s to 1.5 s, growing", random, attempt, p, last)
			}
			last = p
		}
		if last < time.Second {
			t.Errorf("random %v: grown to %s, want more than a second", random, last)
		}
		if p := o.pauseAt(100*time.Millisecond, 0, start.Add(time.Minute), random); p < 4*time.Second || p > 6*time.Second {
			t.Errorf("random %v: %s after a minute, want about 5 s", random, p)
		}
	}
}

// TestMaxPause lets the pauses grow to a limit of the owner's, and keeps to it.
func TestMaxPause(t *testing.T) {
	const ms = time.Millisecond
	start := time.Unix(1_000_000, 0)
	for _, tt := range []struct{ most, second, last time.Duration }{
		{200 * ms, 200 * ms, 200 * ms},
		{30 * time.Second, 250 * ms, 30 * time.Second},
		{50 * ms, 100 * ms, 100 * ms}, // never so soon that the master has not seen the old connection's end
		{time.Hour, 250 * ms, time.Hour},
	} {
		var o outage
		var got []time.Duration
		for range 100 {
			o.failed(io.EOF, start)
			got = append(got, o.pauseAt(100*ms, tt.most, start.Add(time.Minute), 0.5))
		}
		if got[1] != tt.second || got[99] != tt.last {
			t.Errorf("at most %s: %s and at last %s, want %s and %s", tt.most, got[1], got[99], tt.second, tt.last)
		}
	}
}

func TestReason(t *testing.T) {
	at := func(port int, op string, err error) error {
		return fmt.Errorf("link: reading: %w", &net.OpError{
			Op: op, Net: "tcp", Source: &net.TCPAddr{Port: port}, Addr: &net.TCPAddr{Port: 5557}, Err: err,
		})
	}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{&net.DNSError{Name: "nowhere", Err: "no such host", IsNotFound: true}, `unknown host "nowhere"`},
		{&net.DNSError{Name: "nowhere", Err: "server misbehaving"}, `cannot look up host "nowhere": server misbehaving`},
		{at(1, "dial", os.NewSyscallError("connect", syscall.ECONNREFUSED)), "connection refused"},
		{at(1, "dial", os.ErrDeadlineExceeded), "no answer to the TCP connect"},
		{context.DeadlineExceeded, "no answer to the TCP connect"},
		{at(1, "dial", syscall.EHOSTUNREACH), "dial: no route to host"},
		{at(1, "read", syscall.ECONNRESET), "the peer closed the connection"},
		{at(1, "write", syscall.EPIPE), "the peer closed the connection"},
		{at(2, "read", syscall.ETIMEDOUT), "read: connection timed out"},
		{io.EOF, "the peer closed the connection"},
		{errSilent, "the master has stopped answering on this connection"},
		{fmt.Errorf("link: reading: zmq4: reading: %w: flags 0x08", errBadFrame), "the peer sent a malformed ZMTP frame: flags 0x08"},
		{fmt.Errorf("%w: it speaks SSH", errNotMaster), "the peer is not a Locust master: it speaks SSH"},
		{errors.New("other"), "other"},
	} {
		if got := reason(tt.err); got != tt.want {
			t.Errorf("reason(%v) = %q, want %q", tt.err, got, tt.want)
		}
	}
}

func TestOutageTellsNews(t *testing.T) {
	var o outage
	now := time.Unix(1_000_000, 0)
	steps := []struct {
		err     error
		news    bool
		refused bool
	}{
		{io.EOF, true, false},
		{syscall.ECONNRESET, false, false}, // the same to a reader
		{syscall.ECONNREFUSED, true, true},
		{syscall.ECONNREFUSED, false, true},
		{io.EOF, true, true},
	}
	for i, s := range steps {
		if news := o.failed(s.err, now); news != s.news || o.refused != s.refused {
			t.Errorf("step %d: news %v, refused %v, want %+v", i, news, o.refused, s)
		}
	}
	if got := o.away(now.Add(1234 * time.Millisecond)); got != " after 1.2s" {
		t.Errorf("away%s, want after 1.2s", got)
	}
	if got := (&outage{since: now}).away(now); got != "" {
		t.Errorf("away %q without a failure", got)
	}
}
