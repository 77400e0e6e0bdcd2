package tasks

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sync"
	"time"
)

// checkAfter is how long a connection may lie idle before it is looked at, at the cost of a
// system call, before its next use.
const checkAfter = 100 * time.Millisecond

// A wire is the default transport: one user's connections, written and read in the
// goroutine of the request. It keeps net/http's rules; a request that is unusual, and one
// that needs what it does not know, goes to net/http's own transport:
//
//   - proxies other than HTTP ones (SOCKS, HTTPS);
//   - host names outside ASCII, CONNECT, request trailers, transfer encodings, bodies of
//     unknown length with methods that have none, URLs with an opaque part;
//   - whatever net/http refuses to send, so that it says why.
type wire struct {
	opts  []RequestOption
	done  <-chan struct{} // of the user's own context
	tls   *tls.Config
	proxy func(*http.Request) (*url.URL, error)

	mu       sync.Mutex
	idle     []*conn
	sessions tls.ClientSessionCache
	other    *stock
}

func newWire(opts []RequestOption, done <-chan struct{}) *wire {
	w := &wire{opts: opts, done: done}
	for i := range opts {
		switch o := &opts[i]; o.kind {
		case optionTLS:
			w.tls = o.data.(*tls.Config)
		case optionProxy:
			w.proxy = o.data.(func(*http.Request) (*url.URL, error))
		}
	}
	return w
}

// send implements transport.
func (w *wire) send(req *http.Request) (*answer, error) {
	var proxy *url.URL
	if w.proxy != nil && req.URL != nil {
		var err error
		if proxy, err = w.proxy(req); err != nil {
			closeBody(req)
			return nil, err
		}
	}
	if !isPlain(req) || proxy != nil && proxy.Scheme != "http" {
		return w.stock().send(req)
	}
	for {
		c, err := w.take(req, proxy)
		if err != nil {
			closeBody(req)
			return nil, cause(req.Context(), err)
		}
		a, err := c.exchange(req)
		if err == nil {
			return a, nil
		}
		c.abort()
		ended := cause(req.Context(), err)
		if !errors.Is(ended, err) || isTimeout(err) || !c.mayRepeat(req) {
			closeBody(req)
			return nil, ended
		}
		if req, err = rewound(req); err != nil {
			return nil, err
		}
	}
}

// cause returns why a request under ctx ended with err.
func cause(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case isTimeout(err):
		return context.DeadlineExceeded
	}
	return err
}

func isTimeout(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded)
}

// take returns a connection for req: one that lies idle, or a new one.
func (w *wire) take(req *http.Request, proxy *url.URL) (*conn, error) {
	ctx := req.Context()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	now := begun(ctx)
	to := destination{scheme: req.URL.Scheme, host: req.URL.Host}
	if proxy != nil {
		to.proxy = proxy.String()
	}
	for c := w.pop(to); c != nil; c = w.pop(to) {
		unsure := now.Sub(c.used) >= checkAfter || !isReplayable(req)
		if unsure && !quiet(c.socket.Conn) || c.guard(ctx, now) != nil {
			c.abort()
			continue
		}
		c.used, c.reused = now, true
		return c, nil
	}
	c := &conn{wire: w, to: to, used: now}
	err := c.dial(ctx, proxy)
	if err == nil {
		err = c.guard(ctx, now)
	}
	if err == nil {
		err = c.establish(proxy)
	}
	if err != nil {
		c.abort()
		return nil, err
	}
	return c, nil
}

// pop returns the connection to a destination that was used last, or nil.
func (w *wire) pop(to destination) *conn {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, c := range slices.Backward(w.idle) {
		if c.to == to {
			w.idle = slices.Delete(w.idle, i, i+1)
			return c
		}
	}
	return nil
}

// push keeps c for the next request, unless there are enough.
func (w *wire) push(c *conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	same := 0
	for _, other := range w.idle {
		if other.to == c.to {
			same++
		}
	}
	if same >= maxIdlePerHost {
		return false
	}
	w.idle = append(w.idle, c)
	return true
}

// CloseIdleConnections closes them, and forgets what would make new ones cheaper.
func (w *wire) CloseIdleConnections() {
	w.mu.Lock()
	idle, other := w.idle, w.other
	w.idle, w.sessions = nil, nil
	w.mu.Unlock()
	for _, c := range idle {
		c.close()
	}
	if other != nil {
		other.CloseIdleConnections()
	}
}

// stock returns the transport for what w leaves to others.
func (w *wire) stock() *stock {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.other == nil {
		w.other = newStock(w.opts)
	}
	return w.other
}
