package tasks

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
)

// maxRedirects is how many redirects a request may follow (requests/models.py,
// DEFAULT_REDIRECT_LIMIT).
const maxRedirects = 30

var errTooManyRedirects = errors.New("too many redirects")

func limitRedirects(_ *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return errTooManyRedirects
	}
	return nil
}

// dress puts on req what http.Client would: the password of the URL, and cookies. It returns
// the cookies that req had.
func (s *session) dress(req *http.Request) []string {
	if u := req.URL.User; u != nil && req.Header.Get("Authorization") == "" {
		password, _ := u.Password()
		req.SetBasicAuth(u.Username(), password)
	}
	had := slices.Clip(req.Header["Cookie"])
	for _, c := range s.cookies.Cookies(cookieURL(req)) {
		req.AddCookie(c)
	}
	return had
}

// do sends req, with redirects and cookies unless it is for RoundTrip. The usual request,
// which is not redirected, does without an http.Client.
func (s *session) do(req *http.Request, set *settings, had []string) (*answer, error) {
	a, err := s.transport.send(req)
	switch {
	case err != nil:
		return nil, err
	case set.raw:
		a.Header = a.fields()
		return a, nil
	case !set.noRedirect && isRedirect(a.StatusCode):
		return s.follow(req, a, had)
	}
	if list := a.Cookies(); len(list) > 0 {
		s.cookies.SetCookies(cookieURL(req), list)
	}
	return a, nil
}

func isRedirect(code int) bool {
	switch code {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// follow has an http.Client go on from first, the answer to req.
func (s *session) follow(req *http.Request, first *answer, had []string) (*answer, error) {
	if had == nil {
		delete(req.Header, "Cookie") // the client adds those of the jar
	} else {
		req.Header["Cookie"] = had
	}
	c := http.Client{Transport: &resumed{s.transport, first}, Jar: &s.cookies, CheckRedirect: limitRedirects}
	res, err := c.Do(req)
	if res == nil {
		return nil, err
	}
	return &answer{Response: res}, err
}

// A resumed is a transport whose first answer is known.
type resumed struct {
	transport
	first *answer
}

// RoundTrip implements http.RoundTripper.
func (r *resumed) RoundTrip(req *http.Request) (*http.Response, error) {
	a := r.first
	r.first = nil
	if a == nil {
		var err error
		if a, err = r.send(req); err != nil {
			return nil, err
		}
	}
	a.Header = a.fields()
	return a.Response, nil
}

// cookieURL returns the URL that tells which cookies req has (net/http/client.go).
func cookieURL(req *http.Request) *url.URL {
	if req.Host == "" || req.Host == req.URL.Host {
		return req.URL
	}
	u := *req.URL
	u.Host = req.Host
	return &u
}
