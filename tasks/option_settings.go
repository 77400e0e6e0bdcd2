package tasks

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// defaultTimeout bounds a request that has no Timeout (locust/contrib/fasthttp.py,
// network_timeout).
const defaultTimeout = 60 * time.Second

// settings is what the options of one request add up to, apart from what they change of
// the http.Request.
type settings struct {
	name         string
	host         string
	status       []int
	timeout      time.Duration
	limited      bool // by timeout: the caller's context has no earlier deadline
	noRedirect   bool
	discard      bool
	checked      bool
	raw          bool // for RoundTrip
	keepEncoding bool
	err          error
}

// add adds one option.
func (s *settings) add(o *RequestOption) {
	switch o.kind {
	case optionInvalid:
		s.fail(o.data.(error))
	case optionNamed:
		s.name = o.value
	case optionBaseURL:
		s.host = o.value
	case optionTimeout:
		s.timeout = o.time
	case optionNoRedirect:
		s.noRedirect = true
	case optionDiscardBody:
		s.discard = true
	case optionStatus:
		s.status = o.data.([]int)
	case optionCheck:
		s.checked = true
	}
}

// fail keeps the first error.
func (s *settings) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// nameOr sets the name if no option has: to name, or to path and query of u if that is
// empty too.
func (s *settings) nameOr(name string, u *url.URL) {
	if s.name == "" {
		s.name = name
	}
	if s.name == "" {
		s.name = u.RequestURI()
	}
}

// accepts says whether code is a right answer.
func (s *settings) accepts(code int) bool {
	if s.status != nil {
		return slices.Contains(s.status, code)
	}
	return code < 400
}

// limit returns ctx with the timeout of a request that begins now.
func (s *settings) limit(ctx context.Context, now time.Time) timed {
	t := timed{Context: ctx, begin: now}
	if s.timeout == 0 {
		return t
	}
	end := now.Add(s.timeout)
	if earlier, ok := ctx.Deadline(); !ok || earlier.After(end) {
		s.limited, t.end = true, end
	}
	return t
}

// bound is limit for a request of the caller's own.
func (s *settings) bound(ctx context.Context) context.Context {
	t := s.limit(ctx, time.Now())
	return &t
}

// clone returns a copy of req under ctx whose URL is absolute.
func (s *settings) clone(ctx context.Context, req *http.Request) *http.Request {
	out := req.Clone(ctx)
	guardBody(out)
	if out.Header == nil {
		out.Header = make(http.Header)
	}
	if out.Method == "" {
		out.Method = http.MethodGet
	}
	if out.URL == nil {
		out.URL = new(url.URL)
	}
	path := out.URL.String()
	target := s.resolve(out.Method, path)
	if s.err != nil || target == path {
		return out
	}
	u, err := url.Parse(target)
	if err != nil {
		s.fail(mistake(out.Method, path, err))
		return out
	}
	out.URL = u
	return out
}

// resolve returns the absolute URL for path: path itself, or path behind the host
// (locust/clients.py, _build_url).
func (s *settings) resolve(method, path string) string {
	target := path
	if !strings.Contains(schemeOf(path), "://") {
		if s.host == "" {
			s.fail(mistake(method, path, errors.New("there is no host: give --host to the master or to this program, or set Host of the user class")))
			return ""
		}
		target = join(s.host, path)
	}
	switch schemeOf(target) {
	case "http://", "https://":
		return target
	}
	s.fail(mistake(method, path, fmt.Errorf("%q does not begin with http:// or https://", target)))
	return ""
}

// schemeOf returns the beginning of rawURL, up to "://", in lower case; or nothing.
func schemeOf(rawURL string) string {
	end := strings.Index(rawURL, "://")
	if end < 0 || strings.ContainsAny(rawURL[:end], "/?#") {
		return ""
	}
	return strings.ToLower(rawURL[:end+3])
}

// join puts path behind host. Where both have a slash, one is left out.
func join(host, path string) string {
	if strings.HasSuffix(host, "/") && strings.HasPrefix(path, "/") {
		return host + path[1:]
	}
	return host + path
}

// mistake is the error of a request that could not be sent for a reason that lies in the
// test. It is not recorded.
func mistake(method, path string, err error) error {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		err = ue.Err
	}
	return fmt.Errorf("tasks: %s %s: %w", method, path, err)
}
