package link

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// errTLS is in every error of a TLS handshake.
var errTLS = errors.New("TLS handshake")

// dialTLS dials a front that speaks TLS and stands before the master.
func dialTLS(d *net.Dialer, config *tls.Config) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		plain, err := d.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		own := config.Clone()
		if host, _, err := net.SplitHostPort(address); err == nil && own.ServerName == "" {
			own.ServerName = host
		}
		c := tls.Client(plain, own)
		if err := c.HandshakeContext(ctx); err != nil {
			_ = plain.Close()
			return nil, fmt.Errorf("%w: %w", errTLS, err)
		}
		return c, nil
	}
}

// lastWords reads what the peer has sent before it ended a TLS connection. Since TLS 1.3 a
// front refuses a client's certificate only when the client's handshake is over, and the
// client may find that it cannot write before it has read why.
func lastWords(c net.Conn, err error) error {
	t, ok := c.(*tls.Conn)
	if !ok || !gone(err) {
		return err
	}
	_ = t.SetReadDeadline(time.Now().Add(80 * time.Millisecond))
	if _, why := t.Read(make([]byte, 1)); why != nil && isAlert(why) {
		return why
	}
	return err
}

// isAlert says whether an error is an alert that the peer has sent (crypto/tls has no type
// for it).
func isAlert(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "remote error"
}

// reasonTLS says what is wrong with a TLS connection and what to do; "" if nothing is. It
// leaves out what is another at each attempt.
func reasonTLS(err error) string {
	var (
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		record  tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &unknown):
		return fmt.Sprintf("its certificate is signed by %s, which is no CA known here: --master-tls-ca names the file with the CA's certificate", issuer(unknown.Cert))
	case errors.As(err, &name):
		return fmt.Sprintf("its certificate is for %s, not for %q: --master-tls-server-name says which name to expect", names(name.Certificate), name.Host)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Sprintf("its certificate is valid from %s to %s only: renew it, or set this machine's clock",
			invalid.Cert.NotBefore.Format(time.RFC3339), invalid.Cert.NotAfter.Format(time.RFC3339))
	case errors.As(err, &invalid):
		return fmt.Sprintf("its certificate cannot be trusted: %v", invalid)
	case errors.As(err, &record):
		return "it does not speak TLS: is this the master itself and not the TLS front before it? (--master-tls=false)"
	case isAlert(err):
		return reasonAlert(err)
	case errors.Is(err, errTLS) && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errTimeout)):
		return "no answer to the TLS handshake"
	case errors.Is(err, errTLS) && gone(err):
		return "the peer closed the connection during the TLS handshake"
	}
	return ""
}

func reasonAlert(err error) string {
	op, _ := errors.AsType[*net.OpError](err)
	alert := strings.TrimPrefix(op.Err.Error(), "tls: ")
	switch {
	case alert == "certificate required":
		return "the TLS front wants a client certificate: --master-tls-cert and --master-tls-key name its files"
	case strings.Contains(alert, "certificate"):
		return fmt.Sprintf("the TLS front refuses this worker's client certificate (%s): --master-tls-cert and --master-tls-key name its files", alert)
	case alert == "handshake failure":
		return "the TLS front refuses the handshake: it may want a client certificate (--master-tls-cert, --master-tls-key), or other versions of TLS"
	}
	return fmt.Sprintf("the TLS front ends the connection: %s", alert)
}

func issuer(c *x509.Certificate) string {
	if c == nil {
		return "somebody"
	}
	return strconv.Quote(c.Issuer.String())
}

// names are those that a certificate is for.
func names(c *x509.Certificate) string {
	all := append([]string(nil), c.DNSNames...)
	for _, ip := range c.IPAddresses {
		all = append(all, ip.String())
	}
	if len(all) == 0 {
		return "no name"
	}
	return strings.Join(all[:min(len(all), 8)], ", ")
}
