package tasks

import (
	"context"
	"net/http"
	"time"
)

// send sends req, which is under a context that s.bound has made of ctx, judges the
// response and records it. The second result is nil if there was no whole response.
func (c *HTTP) send(ctx context.Context, req *http.Request, s *settings, opts []RequestOption) (*Response, *answer) {
	prepare(req, c.opts, opts)
	res := &Response{Name: s.name}
	res.setURL(req.URL)
	ses := c.session()
	var had []string
	if !s.raw {
		had = ses.dress(req)
	}
	c.user.inFlight.Add(1)
	defer c.user.inFlight.Add(-1)
	start := time.Now()
	a, err := ses.do(req, s, had)
	if a != nil {
		res.fill(a)
	}
	if err == nil {
		err = ses.read(res, a.Response, s)
	}
	res.Duration = time.Since(start)
	if a != nil && (!s.raw || a.StatusCode != http.StatusSwitchingProtocols) {
		a.Body.Close() // what it takes to keep the connection is no response time
	}
	if err != nil {
		a, err = nil, s.failure(ctx, err)
	} else {
		err = c.judge(ctx, res, s, opts)
	}
	res.Err = c.record(ctx, req.Method, start, res, err)
	return res, a
}

// record records res as a request that ended with err.
func (c *HTTP) record(ctx context.Context, method string, start time.Time, res *Response, err error) error {
	e := c.session().entry(c.user, method, res.Name)
	return c.user.record(ctx, e, Request{
		Method: method, Name: res.Name, Start: start, Duration: res.Duration, Length: res.Length, Err: err, Response: res,
	})
}

// judge applies the status rule and then the checks, up to the first error. A panic of a
// check is such an error; record reports it besides.
func (c *HTTP) judge(ctx context.Context, res *Response, s *settings, opts []RequestOption) error {
	if !s.accepts(res.StatusCode) {
		return statusError(res.StatusCode)
	}
	if !s.checked {
		return nil
	}
	return protect(ctx, func(context.Context) error {
		if err := check(res, c.opts); err != nil {
			return err
		}
		return check(res, opts)
	})
}

// check applies the checks among opts.
func check(res *Response, opts []RequestOption) error {
	for i := range opts {
		if f, ok := opts[i].data.(func(*Response) error); ok {
			if err := f(res); err != nil {
				return &checkError{err}
			}
		}
	}
	return nil
}

//nolint:gochecknoglobals // it is a value that nobody changes, and one less to be made for each request.
var gzipOnly = []string{"gzip"}

// prepare applies both lists of options to req, and asks for gzip where the caller has
// not said what to ask for. A part of a file cannot be decoded, so none is asked for
// in gzip.
func prepare(req *http.Request, client, own []RequestOption) {
	for i := range client {
		client[i].apply(req)
	}
	for i := range own {
		own[i].apply(req)
	}
	h := req.Header
	if h["Accept-Encoding"] == nil && h["Range"] == nil && req.Method != http.MethodHead {
		h["Accept-Encoding"] = gzipOnly
	}
}
