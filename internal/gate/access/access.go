// Package access is how the gate is let in by masters, workers and a Prometheus: headers,
// basic authentication, client certificates.
package access

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
)

// Config says with what requests are sent. Its zero value is without anything.
type Config struct {
	// User and Password are for basic authentication.
	User, Password string
	// Headers are sent with each request, such as Authorization or Cookie.
	Headers map[string]string
	// CertFile and KeyFile are a client certificate, CAFile the authorities that the
	// server's certificate is checked against; PEM. Empty means none, and the system's.
	CertFile, KeyFile, CAFile string
}

// Transport reads the files and returns what sends requests so. A host that a redirect leads
// to gets no secret.
func (c Config) Transport() (http.RoundTripper, error) {
	settings := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.CertFile != "" || c.KeyFile != "" {
		pair, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("client certificate: %w", err)
		}
		settings.Certificates = []tls.Certificate{pair}
	}
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, fmt.Errorf("authorities: %w", err)
		}
		settings.RootCAs = x509.NewCertPool()
		if !settings.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("authorities: %s has no certificate in PEM", c.CAFile)
		}
	}
	plain := &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: dial, TLSClientConfig: settings, DisableKeepAlives: true,
	}
	return &transport{c, plain}, nil
}

type transport struct {
	Config
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if !trusted(r) {
		return t.next.RoundTrip(r)
	}
	for name, value := range t.Headers {
		r.Header.Set(name, value)
	}
	r.Host = cmp.Or(r.Header.Get("Host"), r.Host) // a header of that name is not sent
	if t.User != "" || t.Password != "" {
		r.SetBasicAuth(t.User, t.Password)
	}
	return t.next.RoundTrip(r)
}

// trusted tells whether a request goes to the host that was asked first, and not in the clear
// where that was not.
func trusted(r *http.Request) bool {
	first := r
	for first.Response != nil && first.Response.Request != nil {
		first = first.Response.Request // that the redirect answered
	}
	return r.URL.Host == first.URL.Host && (r.URL.Scheme == first.URL.Scheme || r.URL.Scheme == "https")
}

// Redact takes passwords and the values of headers out of a text.
func (c Config) Redact(text string) string {
	secrets := []string{c.Password}
	if c.Password != "" {
		secrets = append(secrets, base64.StdEncoding.EncodeToString([]byte(c.User+":"+c.Password)))
	}
	for _, value := range c.Headers {
		_, token, _ := strings.Cut(value, " ") // of "Bearer token"
		secrets = append(secrets, value, token)
	}
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) }) // one may be part of another
	for _, secret := range secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "…")
		}
	}
	return text
}
