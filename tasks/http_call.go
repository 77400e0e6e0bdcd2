package tasks

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// maxTargets is how many URLs a client remembers the parts of. Most users have a few
// paths; for those with endless ones it is the first of them.
const maxTargets = 4

// maxHeaders is how many headers a call may have had and still be kept for another request.
const maxHeaders = 16

// A call is an http.Request with all that it takes, which the next request can use again,
// also one of another user: nothing that a caller gets refers to it.
type call struct {
	*http.Request
	limit  timed
	target url.URL
}

// takeCall returns a call for a bodiless request of a target under ctx.
func takeCall(ctx context.Context, set *settings, method string, to *target) *call {
	c, ok := spare.calls.Get().(*call)
	if !ok {
		c = new(call)
		c.Request = (&http.Request{Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}).WithContext(&c.limit)
		c.Header = make(http.Header)
	}
	c.limit = set.limit(ctx, time.Now())
	c.target = to.parts
	c.Method, c.URL, c.Request.Host = method, &c.target, to.parts.Host
	return c
}

// giveCall takes c back. Nothing may refer to it any more.
func giveCall(c *call) {
	if len(c.Header) > maxHeaders {
		return
	}
	clear(c.Header)
	c.Body, c.GetBody, c.ContentLength, c.Close = nil, nil, 0, false
	c.limit, c.target = timed{}, url.URL{}
	spare.calls.Put(c)
}

// A target is a URL, taken apart, of a host and a path as they were given: to do so is a
// tenth of the work of a small request.
type target struct {
	host, path string
	parts      url.URL
}

// newCall returns a call for path as Get takes it.
func (s *session) newCall(ctx context.Context, set *settings, method, path string) (*call, error) {
	to := s.known(set.host, path)
	if to == nil {
		var err error
		if to, err = s.discover(set, method, path); err != nil {
			return nil, err
		}
	}
	switch {
	case method == "":
		method = http.MethodGet
	case !consistsOf(method, inToken):
		return nil, mistake(method, path, fmt.Errorf("net/http: invalid method %q", method))
	}
	return takeCall(ctx, set, method, to), nil
}

func (s *session) known(host, path string) *target {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.targets {
		if t.path == path && t.host == host {
			return t
		}
	}
	return nil
}

// discover takes a URL apart and remembers it.
func (s *session) discover(set *settings, method, path string) (*target, error) {
	text := set.resolve(method, path)
	if set.err != nil {
		return nil, set.err
	}
	req, err := http.NewRequest(http.MethodGet, text, nil) //nolint:noctx // it is not sent
	if err != nil {
		return nil, mistake(method, path, err)
	}
	t := &target{set.host, path, *req.URL}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.targets) < maxTargets {
		s.targets = append(s.targets, t)
	}
	return t, nil
}
