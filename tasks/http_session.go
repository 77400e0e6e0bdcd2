package tasks

import (
	"compress/gzip"
	"errors"
	"net/http"
	"sync"
)

// maxEntries bounds the handles that one client keeps. Users whose names never end look
// them up each time.
const maxEntries = 256

// maxRedirects is how many redirects a request may follow (requests/models.py,
// DEFAULT_REDIRECT_LIMIT).
const maxRedirects = 30

var errTooManyRedirects = errors.New("too many redirects")

// A session is what an HTTP keeps between requests.
type session struct {
	transport transport
	cookies   cookies
	follow    http.Client // follows redirects
	stay      http.Client // returns them
	gzips     sync.Pool   // of *gzip.Reader, which are large

	mu      sync.Mutex
	entries map[entryKey]Entry
}

type entryKey struct{ method, name string }

func newSession(opts []RequestOption) *session {
	s := &session{transport: newTransport(opts)}
	s.follow = http.Client{Transport: s.transport, Jar: &s.cookies, CheckRedirect: limitRedirects}
	s.stay = http.Client{Transport: s.transport, Jar: &s.cookies, CheckRedirect: useLastResponse}
	return s
}

func limitRedirects(_ *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return errTooManyRedirects
	}
	return nil
}

func useLastResponse(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// do sends req, with redirects and cookies unless it is for RoundTrip.
func (s *session) do(req *http.Request, set *settings) (*http.Response, error) {
	switch {
	case set.raw:
		return s.transport.RoundTrip(req)
	case set.noRedirect:
		return s.stay.Do(req)
	}
	return s.follow.Do(req)
}

func (s *session) close() { s.transport.CloseIdleConnections() }

// entry returns u's handle for method and name.
func (s *session) entry(u *User, method, name string) Entry {
	key := entryKey{method, name}
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.entries[key]
	if ok {
		return e
	}
	e = u.entry(method, name)
	if s.entries == nil {
		s.entries = make(map[entryKey]Entry)
	}
	if len(s.entries) < maxEntries {
		s.entries[key] = e
	}
	return e
}

// gzipReader returns a reader that has been used before, if there is one.
func (s *session) gzipReader() *gzip.Reader {
	if z, ok := s.gzips.Get().(*gzip.Reader); ok {
		return z
	}
	return new(gzip.Reader)
}
