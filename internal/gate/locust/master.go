// Package locust drives an unmodified Locust master over the HTTP API of its web UI
// (locust/web.py): it starts and stops tests and reads the master's statistics. It knows
// what differs between Locust 2.29 and 2.47.
package locust

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

const (
	answerTimeout = 15 * time.Second
	maxAnswer     = 64 << 20 // bytes; 500 entries with long names are far below
)

// Config says where a master is and how to be let in.
type Config struct {
	// URL is the address of the web UI, with the path that --web-base-path gives it.
	URL string
	// User and Password are for basic authentication, as a front such as nginx asks for it.
	User, Password string
	// Headers are sent with each request, such as Authorization or Cookie.
	Headers map[string]string
	// CertFile and KeyFile are a client certificate, CAFile the authorities that the
	// master's certificate is checked against; PEM. Empty means none, and the system's.
	CertFile, KeyFile, CAFile string
}

// ErrUnreachable is wrapped by every error that says that the master could not be asked,
// or did not answer as a Locust master does.
var ErrUnreachable = errors.New("the master cannot be reached")

// A Master is a Locust master with a web UI.
type Master struct {
	cfg     Config
	base    *url.URL
	http    *http.Client
	secrets []string
}

// New checks the configuration and reads its files. It sends nothing.
func New(cfg Config) (*Master, error) {
	base, err := url.Parse(strings.TrimRight(cfg.URL, "/"))
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return nil, fmt.Errorf("master %q: not a URL such as http://127.0.0.1:8089", withoutUser(cfg.URL))
	}
	if base.User != nil {
		return nil, fmt.Errorf("master %q: no user and password in the URL: they are settings of their own", withoutUser(cfg.URL))
	}
	settings, err := cfg.tls()
	if err != nil {
		return nil, err
	}
	m := &Master{
		cfg: cfg, base: base,
		http: &http.Client{
			Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: settings, DisableKeepAlives: true},
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return http.ErrUseLastResponse // to a login page, mostly
			},
		},
	}
	for _, secret := range cfg.Headers {
		_, token, _ := strings.Cut(secret, " ")
		m.secrets = append(m.secrets, secret, token)
	}
	m.secrets = append(m.secrets, cfg.Password)
	return m, nil
}

// withoutUser is a URL without what stands before its host.
func withoutUser(text string) string {
	if i := strings.LastIndexByte(text, '@'); i >= 0 {
		scheme, _, _ := strings.Cut(text, "://")
		return scheme + "://…" + text[i:]
	}
	return text
}

func (c *Config) tls() (*tls.Config, error) {
	settings := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.CertFile != "" || c.KeyFile != "" {
		pair, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("master: client certificate: %w", err)
		}
		settings.Certificates = []tls.Certificate{pair}
	}
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, fmt.Errorf("master: authorities: %w", err)
		}
		settings.RootCAs = x509.NewCertPool()
		if !settings.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("master: authorities: %s has no certificate in PEM", c.CAFile)
		}
	}
	return settings, nil
}

// An answer is what the master said.
type answer struct {
	status int
	body   []byte
	where  string // it went to
}

// ask sends a request. A form is posted; without one, the method is as given.
func (m *Master) ask(ctx context.Context, method, path string, form url.Values) (answer, error) {
	where := m.base.JoinPath(path)
	a := answer{where: fmt.Sprintf("%s %s", method, where)}
	req, err := http.NewRequestWithContext(ctx, method, where.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return a, fmt.Errorf("master: %s: %w", a.where, err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range m.cfg.Headers {
		req.Header.Set(name, value)
	}
	if m.cfg.User != "" || m.cfg.Password != "" {
		req.SetBasicAuth(m.cfg.User, m.cfg.Password)
	}
	resp, err := m.http.Do(req)
	if err != nil {
		return a, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	defer resp.Body.Close()
	a.status = resp.StatusCode
	if a.body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer)); err != nil {
		return a, fmt.Errorf("%w: %s: %w", ErrUnreachable, a.where, err)
	}
	return a, nil
}

// refused is the error of an answer that is none of a Locust master, with its reason.
func (m *Master) refused(a answer, why string) error {
	hint := ""
	switch {
	case a.status == http.StatusUnauthorized || a.status == http.StatusForbidden || a.status/100 == 3:
		hint = "; it wants a login: give headers, a user and password, or a client certificate"
	case a.status == http.StatusNotFound:
		hint = "; is the path of --web-base-path part of the address?"
	}
	return fmt.Errorf("%w: %s: status %d, %s%s%s", ErrUnreachable, a.where, a.status, why, m.excerpt(a.body), hint)
}
