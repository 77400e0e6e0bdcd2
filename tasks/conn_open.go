package tasks

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// maxSessions is how many TLS sessions a user can resume, which is one a host.
const maxSessions = 8

// dial connects to c's destination, or to proxy if there is one. It does so in a goroutine of
// its own: connecting takes twice the stack that a request does, and the user's would keep it.
func (c *conn) dial(ctx context.Context, proxy *url.URL) (err error) {
	server := proxy
	if proxy == nil {
		server = &url.URL{Scheme: c.to.scheme, Host: c.to.host}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		var raw net.Conn
		if raw, err = dial(ctx, address(server)); err == nil {
			c.socket.open(raw)
		}
	}()
	<-done
	c.stream = &c.socket
	if err != nil && proxy != nil {
		err = &net.OpError{Op: "proxyconnect", Net: "tcp", Err: err}
	}
	return err
}

// dial connects to addr under ctx, whose deadline holds.
func dial(ctx context.Context, addr string) (net.Conn, error) {
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(callers(ctx), end)
		defer cancel()
	}
	ctx = callers(ctx)
	var d net.Dialer
	return d.DialContext(ctx, "tcp", addr)
}

// establish makes a fresh connection ready for requests.
func (c *conn) establish(proxy *url.URL) error {
	secure := c.to.scheme == "https"
	switch {
	case proxy == nil:
	case !secure:
		c.auth = proxyAuth(proxy)
	default:
		if err := c.tunnel(proxy); err != nil {
			return err
		}
	}
	if secure {
		return c.secure()
	}
	return nil
}

// address returns the host and the port of u.
func address(u *url.URL) string {
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// tunnel asks the proxy for a connection to c's destination.
func (c *conn) tunnel(proxy *url.URL) error {
	target := address(&url.URL{Scheme: c.to.scheme, Host: c.to.host})
	req := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: target}, Host: target, Header: make(http.Header)}
	if auth := proxyAuth(proxy); auth != "" {
		req.Header.Set("Proxy-Authorization", auth)
	}
	if err := req.Write(c.stream); err != nil {
		return err
	}
	c.room = maxHead
	res, err := http.ReadResponse(bufio.NewReader(c), req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		_, text, _ := strings.Cut(res.Status, " ")
		return errors.New(cmp.Or(text, "unknown status code"))
	}
	return nil
}

func proxyAuth(proxy *url.URL) string {
	if proxy.User == nil {
		return ""
	}
	password, _ := proxy.User.Password()
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(proxy.User.Username()+":"+password))
}

// secure begins TLS.
func (c *conn) secure() error {
	cfg := c.wire.tlsConfig()
	if cfg.ServerName == "" {
		cfg.ServerName = (&url.URL{Host: c.to.host}).Hostname()
	}
	t := tls.Client(&c.socket, cfg)
	if err := t.Handshake(); err != nil {
		return err
	}
	state := t.ConnectionState()
	c.stream, c.secured = t, &state
	return nil
}

// tlsConfig returns a configuration for one connection: the client's own, and a cache of
// sessions that the user's connections share.
func (w *wire) tlsConfig() *tls.Config {
	cfg := new(tls.Config)
	if w.tls != nil {
		cfg = w.tls.Clone()
	}
	cfg.NextProtos = nil // it might choose HTTP/2
	if cfg.ClientSessionCache == nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.sessions == nil {
			w.sessions = tls.NewLRUClientSessionCache(maxSessions)
		}
		cfg.ClientSessionCache = w.sessions
	}
	return cfg
}
