package tasks

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
)

// A Reason is why a request failed, out of a few: what a metric can have as a label.
type Reason uint8

// The reasons. What a user's own code returned, and none of them is found in, is
// ReasonOther, or ReasonCheck for a check of an HTTP response.
const (
	ReasonOther       Reason = iota
	ReasonTimeout            // a deadline, of the request or of a connection
	ReasonCanceled           // by the user's own code
	ReasonConnect            // no connection: refused, unreachable, no free port
	ReasonDNS                // the host's name was not resolved
	ReasonTLS                // handshake or certificate
	ReasonReset              // the connection was reset
	ReasonEOF                // the connection was closed before the end of the response
	ReasonProtocol           // what came is no valid response, or one redirect too many
	ReasonStatus4xx          // refused for a status from 400 to 499
	ReasonStatus5xx          // refused for a status from 500 to 599
	ReasonStatusOther        // refused for any other status
	ReasonCheck              // a check returned an error
	ReasonPanic              // a check or a measured function panicked
	Reasons                  // how many there are
)

// String returns the reason as the label of a metric, such as "status_5xx".
func (r Reason) String() string {
	names := [...]string{
		"other", "timeout", "canceled", "connect", "dns", "tls", "reset", "eof", "protocol",
		"status_4xx", "status_5xx", "status_other", "check", "panic",
	}
	if int(r) < len(names) {
		return names[r]
	}
	return names[ReasonOther]
}

// ReasonOf returns why a request failed that was recorded with err; ReasonOther if it did not.
func ReasonOf(err error) Reason {
	var status statusError
	switch {
	case err == nil:
		return ReasonOther
	case is[*PanicError](err):
		return ReasonPanic
	case errors.As(err, &status):
		return status.reason()
	}
	if r := networkReason(err); r != ReasonOther {
		return r
	}
	switch {
	case is[*checkError](err):
		return ReasonCheck
	case is[*failure](err):
		return ReasonProtocol
	}
	return ReasonOther
}

func (e statusError) reason() Reason {
	switch e / 100 {
	case 4:
		return ReasonStatus4xx
	case 5:
		return ReasonStatus5xx
	}
	return ReasonStatusOther
}

func networkReason(err error) Reason {
	switch {
	case is[*net.DNSError](err):
		return ReasonDNS
	case timedOut(err):
		return ReasonTimeout
	case errors.Is(err, context.Canceled):
		return ReasonCanceled
	case isTLS(err):
		return ReasonTLS
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, syscall.ECONNABORTED):
		return ReasonReset
	case isDial(err):
		return ReasonConnect
	case isEOF(err):
		return ReasonEOF
	}
	return ReasonOther
}

func timedOut(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return true
	}
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

func isTLS(err error) bool {
	return is[tls.RecordHeaderError](err) || is[tls.AlertError](err) || is[*tls.CertificateVerificationError](err) ||
		is[x509.UnknownAuthorityError](err) || is[x509.HostnameError](err) || is[x509.CertificateInvalidError](err) ||
		strings.HasPrefix(innermost(err).Error(), "tls: ")
}

func isDial(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && (op.Op == "dial" || op.Op == "proxyconnect" || op.Op == "socks connect") || errors.Is(err, syscall.ECONNREFUSED)
}

func isEOF(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		is[*failure](err) && strings.Contains(innermost(err).Error(), "server closed idle connection")
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// A checkError is what a check of an HTTP response returned.
type checkError struct{ error }

// Unwrap returns it as it was.
func (e *checkError) Unwrap() error { return e.error }
