package tasks

import (
	"context"
	"net/http"
	"slices"
	"sync/atomic"
)

// HTTP is one user's HTTP client: its cookies and connections are the user's own, and
// every request that it sends is recorded. Its methods may be called from several
// goroutines.
//
// It costs next to nothing until the first request. It speaks HTTP/1.1, uses no proxy
// (not even one from the environment, as locust/user/users.py sets trust_env to False),
// asks for gzip, and keeps cookies, each unless an option says otherwise.
//
// A request is written and its answer read in the goroutine that sends it; there is another
// one only while a connection is opened, and while a body is sent that is longer than 32 KiB,
// not known to be in memory, or waits for "100 Continue". The rules are net/http's: one
// connection serves request after request, and one that the server has closed meanwhile is
// replaced, if nothing of an answer has come and the request may be sent twice. The user's TLS
// sessions are resumed, unless CloseIdleConnections has made it a new visitor. The head of an
// answer may have 1 MiB, a body that is kept 64 MiB. Unlike net/http, it does not send a body
// that the server has answered instead of asking for it, and tells an httptrace.ClientTrace
// nothing.
//
// Requests go through net/http's own transport with HTTP2, with a proxy other than an HTTP
// one, to host names outside ASCII, and if they are CONNECT or have trailers.
//
// It has no method that sends a request without recording it.
type HTTP struct {
	user *User
	opts []RequestOption
	root *HTTP // the client that With derived this one from; nil if NewHTTP made it
	own  atomic.Pointer[session]
}

// NewHTTP returns a client for u that applies opts to every request, before those of the
// request itself. The options that concern connections, TLS, Proxy and HTTP2, can be given
// here alone. The connections are closed when u ends.
func NewHTTP(u *User, opts ...RequestOption) *HTTP {
	return &HTTP{user: u, opts: slices.Clone(opts)}
}

// With returns a client that shares cookies and connections with c and applies opts after
// c's own: Locust's rename_request, and more.
func (c *HTTP) With(opts ...RequestOption) *HTTP {
	d := &HTTP{user: c.user, root: c.base(), opts: slices.Clip(slices.Clone(c.opts))}
	for _, o := range opts {
		d.opts = append(d.opts, o.late())
	}
	return d
}

// Get requests path, which is put behind the user's host, or an absolute URL. The other
// methods are alike: options give the body, the name and the checks.
//
// The request is recorded under path as it was given (locust/contrib/fasthttp.py does so
// too), unless Named says otherwise. Its response time ends with the last byte of the
// body, which is always read in full. Redirects are followed, up to 30 as Python's
// requests does, and are part of the one request.
//
// The Response is never nil. Its Err is nil if the status is below 400, or one of those
// that Status names, and every Check agrees. A task returns Err to end early, or ignores
// it to go on regardless, as Locust's tasks do: either way it is in the statistics. A
// mistake of the caller, such as a body that is no JSON, is in Err too, but it is not
// recorded: returned from the task, it is an exception.
func (c *HTTP) Get(ctx context.Context, path string, opts ...RequestOption) *Response {
	return c.Request(ctx, http.MethodGet, path, opts...)
}

// Head is like Get.
func (c *HTTP) Head(ctx context.Context, path string, opts ...RequestOption) *Response {
	return c.Request(ctx, http.MethodHead, path, opts...)
}

// Post is like Get.
func (c *HTTP) Post(ctx context.Context, path string, opts ...RequestOption) *Response {
	return c.Request(ctx, http.MethodPost, path, opts...)
}

// Put is like Get.
func (c *HTTP) Put(ctx context.Context, path string, opts ...RequestOption) *Response {
	return c.Request(ctx, http.MethodPut, path, opts...)
}

// Patch is like Get.
func (c *HTTP) Patch(ctx context.Context, path string, opts ...RequestOption) *Response {
	return c.Request(ctx, http.MethodPatch, path, opts...)
}

// Delete is like Get.
func (c *HTTP) Delete(ctx context.Context, path string, opts ...RequestOption) *Response {
	return c.Request(ctx, http.MethodDelete, path, opts...)
}

// Request is like Get, with any method.
func (c *HTTP) Request(ctx context.Context, method, path string, opts ...RequestOption) *Response {
	s := c.settings(opts)
	if s.err != nil {
		return unsent(s.err)
	}
	call, err := c.session().newCall(ctx, &s, method, path)
	if err != nil {
		return unsent(err)
	}
	s.nameOr(path, call.URL)
	res, a := c.send(ctx, call.Request, &s, opts)
	if a.spent() {
		giveAnswer(a)
		giveCall(call)
	}
	return res
}

// Do sends a copy of req under ctx. A relative URL is put behind the user's host, as Get
// does. It is recorded under the path and the query of the URL.
func (c *HTTP) Do(ctx context.Context, req *http.Request, opts ...RequestOption) *Response {
	s := c.settings(opts)
	out := s.clone(s.bound(ctx), req)
	if s.err != nil {
		closeBody(out)
		return unsent(s.err)
	}
	s.nameOr("", out.URL)
	res, _ := c.send(ctx, out, &s, opts)
	return res
}

// CloseIdleConnections closes the connections that no request uses, so that the next
// request opens a new one, as a new visitor would.
func (c *HTTP) CloseIdleConnections() {
	if s := c.base().own.Load(); s != nil {
		s.close()
	}
}

// base returns the client that holds the session of c.
func (c *HTTP) base() *HTTP {
	if c.root != nil {
		return c.root
	}
	return c
}

// session returns what c keeps between requests. It is made for the first of them.
func (c *HTTP) session() *session {
	b := c.base()
	if s := b.own.Load(); s != nil {
		return s
	}
	s := newSession(c.user, b.opts)
	if !b.own.CompareAndSwap(nil, s) {
		return b.own.Load()
	}
	c.user.Cleanup(s.close)
	return s
}

// settings merges the options of the client and of one request.
func (c *HTTP) settings(opts []RequestOption) settings {
	s := settings{host: c.user.Host, timeout: defaultTimeout}
	for i := range c.opts {
		s.add(&c.opts[i])
	}
	for i := range opts {
		if opts[i].kind.connects() {
			s.fail(opts[i].misplaced())
		}
		s.add(&opts[i])
	}
	return s
}
