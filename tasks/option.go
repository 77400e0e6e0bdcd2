package tasks

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// A RequestOption is what Locust passes as a keyword argument of a request. It is a
// value: it can be kept and used for many requests, by many users at once. Of two options
// that say the same thing the later one holds; options of a request come after those of
// its client. Check and Query add to what is there.
//
// An option with a bad argument fails each request that it is given to, unsent and
// unrecorded, with an error that names the argument. The zero RequestOption does nothing.
type RequestOption struct {
	kind  optionKind
	key   string
	value string
	body  []byte
	data  any
	time  time.Duration
}

type optionKind uint8

const (
	optionNone optionKind = iota
	optionInvalid
	optionNamed
	optionBaseURL
	optionQuery
	optionHeader
	optionBasicAuth
	optionBody
	optionTimeout
	optionNoRedirect
	optionNoKeepAlive
	optionDiscardBody
	optionStatus
	optionCheck
	optionTLS
	optionProxy
	optionHTTP2
)

// Named records the request under name instead of its path, so that "/items/1" and
// "/items/2" share one stats entry: Locust's name=.
func Named(name string) RequestOption { return RequestOption{kind: optionNamed, value: name} }

// BaseURL puts base before the path, in place of the user's host: for a second server.
func BaseURL(base string) RequestOption { return RequestOption{kind: optionBaseURL, value: base} }

// Query adds a parameter to the URL: Locust's params=. It is no part of the request's name.
func Query(key, value string) RequestOption {
	return RequestOption{kind: optionQuery, key: key, value: value}
}

// Header sets a header, in place of all that were set before under key. "Host" sets the
// host that the server is told.
func Header(key, value string) RequestOption {
	if !validHeader(key, value) {
		return invalid(fmt.Errorf("tasks: Header: %q: %q cannot be sent", key, value))
	}
	return RequestOption{kind: optionHeader, key: http.CanonicalHeaderKey(key), value: value}
}

// BasicAuth sends a user name and a password: Locust's auth=.
func BasicAuth(user, password string) RequestOption {
	return RequestOption{kind: optionBasicAuth, key: user, value: password}
}

// JSON sends v as JSON: Locust's json=. It encodes v at once.
func JSON(v any) RequestOption {
	b, err := json.Marshal(v)
	if err != nil {
		return invalid(fmt.Errorf("tasks: JSON: request body: %w", err))
	}
	return Body("application/json", b)
}

// Form sends v as an HTML form does: Locust's data= with a dict.
func Form(v url.Values) RequestOption {
	return Body("application/x-www-form-urlencoded", []byte(v.Encode()))
}

// Body sends b, which must not be changed from then on: Locust's data= with bytes. An
// empty contentType sends none.
func Body(contentType string, b []byte) RequestOption {
	return RequestOption{kind: optionBody, key: contentType, body: b}
}

// Timeout bounds the time from sending the request to the last byte of its body, redirects
// included. The default is 60 s, which locust/contrib/fasthttp.py uses too (HttpUser waits
// for ever); 0 sets no bound. A request that takes longer fails with "timeout".
func Timeout(d time.Duration) RequestOption {
	switch {
	case d < 0:
		return invalid(fmt.Errorf("tasks: Timeout: %v is negative", d))
	case d > 0 && d < time.Microsecond:
		return invalid(fmt.Errorf("tasks: Timeout: %v: the unit is missing, such as %d*time.Second", d, int64(d)))
	}
	return RequestOption{kind: optionTimeout, time: d}
}

// NoRedirect returns a redirect instead of following it: Locust's allow_redirects=False.
func NoRedirect() RequestOption { return RequestOption{kind: optionNoRedirect} }

// NoKeepAlive closes the connection after the request.
func NoKeepAlive() RequestOption { return RequestOption{kind: optionNoKeepAlive} }

// DiscardBody reads the body, counts it into the Response's Length, and throws it away: for
// downloads that are too large to be kept in memory by many users at once. One of more than
// 64 MiB fails without it.
func DiscardBody() RequestOption { return RequestOption{kind: optionDiscardBody} }

// Status says which statuses are right, in place of those below 400.
func Status(codes ...int) RequestOption {
	if len(codes) == 0 {
		return invalid(errors.New("tasks: Status: no status is given"))
	}
	for _, code := range codes {
		if code < 100 || code > 999 {
			return invalid(fmt.Errorf("tasks: Status: there is no status %d", code))
		}
	}
	return RequestOption{kind: optionStatus, data: slices.Clone(codes)}
}

// Check looks at a response whose status is right; if f returns an error, the request has
// failed with it. Checks come on top of the status rule, run in order, those of the client
// first, and end with the first error. Their time is not measured. A panic in one fails the
// request and is reported as an exception. (Locust: catch_response and response.failure().)
func Check(f func(*Response) error) RequestOption {
	if f == nil {
		return invalid(errors.New("tasks: Check: the function is nil"))
	}
	return RequestOption{kind: optionCheck, data: f}
}

// DecodeJSON is a Check that decodes the body into v.
func DecodeJSON(v any) RequestOption {
	return Check(func(r *Response) error { return r.JSON(v) })
}

// TLS sets how connections are secured: InsecureSkipVerify (Locust's verify=False), RootCAs,
// client certificates (Locust's cert=). Only NewHTTP takes it; users may share one cfg.
func TLS(cfg *tls.Config) RequestOption { return RequestOption{kind: optionTLS, data: cfg} }

// Proxy sets what chooses the proxy of a request, such as http.ProxyURL(u) or
// http.ProxyFromEnvironment: Locust's proxies=. Only NewHTTP takes it.
func Proxy(f func(*http.Request) (*url.URL, error)) RequestOption {
	return RequestOption{kind: optionProxy, data: f}
}

// HTTP2 speaks HTTP/2 with servers that offer it over TLS. Only NewHTTP takes it.
func HTTP2() RequestOption { return RequestOption{kind: optionHTTP2} }

func invalid(err error) RequestOption { return RequestOption{kind: optionInvalid, data: err} }
