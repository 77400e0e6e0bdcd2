package tasks

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"strings"
	"syscall"
)

// A failure is an error of the network whose text is the same for all errors of its kind,
// so that statistics can group them: no URL, address, port or content is in it.
type failure struct {
	text string
	err  error
}

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.err }

// failure returns err, with which a request under ctx ended, as a failure.
func (s *settings) failure(ctx context.Context, err error) error {
	deadline := errors.Is(err, context.DeadlineExceeded)
	ended := deadline || errors.Is(err, context.Canceled) || ctx.Err() != nil && errors.Is(err, context.Cause(ctx))
	switch {
	case !ended:
		return &failure{failureText(err), err}
	case ctx.Err() != nil:
		return &failure{ctx.Err().Error(), err}
	case deadline && s.limited:
		return &failure{"timeout", err}
	case deadline: // the deadline of a connection comes a moment before that of ctx
		return &failure{context.DeadlineExceeded.Error(), err}
	default:
		return &failure{context.Canceled.Error(), err}
	}
}

// failureText returns the text for the kind of err.
func failureText(err error) string {
	if text := certificateText(err); text != "" {
		return "tls: " + text
	}
	var (
		dns    *net.DNSError
		op     *net.OpError
		addr   *net.AddrError
		errno  syscall.Errno
		record tls.RecordHeaderError
		proto  textproto.ProtocolError
	)
	switch {
	case errors.As(err, &dns):
		return "lookup: " + lookupText(dns)
	case errors.As(err, &op):
		return op.Op + ": " + strings.TrimPrefix(failureText(op.Err), op.Op+": ")
	case errors.As(err, &addr):
		return addr.Err
	case errors.As(err, &errno):
		return errno.Error()
	case errors.As(err, &record) && string(record.RecordHeader[:]) == "HTTP/":
		return http.ErrSchemeMismatch.Error() // as http.Client has it
	case errors.As(err, &record):
		return "tls: " + record.Msg
	case errors.As(err, &proto): // the rest of it quotes the server
		text, _, _ := strings.Cut(proto.Error(), ":")
		return text
	case errors.Is(err, errTooManyRedirects):
		return errTooManyRedirects.Error()
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "read: " + io.ErrUnexpectedEOF.Error()
	case errors.Is(err, io.EOF), strings.Contains(err.Error(), "server closed idle connection"):
		return "read: " + io.EOF.Error()
	}
	if text := scrub(innermost(err).Error()); text != "" {
		return text
	}
	return "unknown error"
}

func lookupText(err *net.DNSError) string {
	switch {
	case err.IsNotFound:
		return "no such host"
	case err.IsTimeout:
		return "timeout"
	}
	return scrub(err.Err)
}

// certificateText returns the text for an error about a certificate, or nothing. (The
// standard library's own texts contain host names and times.)
func certificateText(err error) string {
	var (
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		bad       x509.CertificateInvalidError
	)
	switch {
	case errors.As(err, &authority):
		return "certificate signed by unknown authority"
	case errors.As(err, &host):
		return "certificate is not valid for the host"
	case errors.As(err, &bad) && bad.Reason == x509.Expired:
		return "certificate has expired or is not yet valid"
	case errors.As(err, &bad):
		return "certificate is not valid"
	}
	return ""
}

// innermost returns what err wraps in the end.
func innermost(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}
