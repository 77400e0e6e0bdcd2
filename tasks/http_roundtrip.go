package tasks

import (
	"bytes"
	"io"
	"net/http"
)

// RoundTrip makes c an http.RoundTripper, for libraries that take a transport or an
// http.Client: their requests are recorded too, by default under the path of their URL. Give
// the library the task's context as well, so that a forced stop ends its requests.
//
// As that interface asks, it follows no redirects and touches no cookies. It reads the
// body in full and returns a copy that can be read from the start; only the connection of
// a "101 Switching Protocols" is handed over as it is. A response that the status rule or a
// check makes a failure is returned like any other.
func (c *HTTP) RoundTrip(req *http.Request) (*http.Response, error) {
	s := c.settings(nil)
	s.raw = true
	out := s.clone(s.bound(req.Context()), req)
	if s.err != nil {
		closeBody(out)
		return nil, s.err
	}
	s.nameOr(out.URL.Path, out.URL)
	s.keepEncoding = req.Header["Accept-Encoding"] != nil || req.Header["Range"] != nil
	res, a := c.send(req.Context(), out, &s, nil)
	if a == nil {
		return nil, res.Err
	}
	hr := a.Response
	hr.Request = req
	if hr.StatusCode != http.StatusSwitchingProtocols {
		hr.Body = io.NopCloser(bytes.NewReader(res.Body))
	}
	return hr, nil
}

// closeBody closes the body of a request that is not sent.
func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close() // nobody is left who could be told
	}
}
