package tasks

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// A Response is the outcome of one request. Its body has been read in full.
type Response struct {
	StatusCode int           // such as 200; 0 if there was no answer
	URL        *url.URL      // that gave the answer: after redirects the last one; nil if nothing was sent
	Body       []byte        // decoded if it came in gzip or deflate, and whole (no 206); the caller's to keep and change
	Length     int64         // bytes of the body, as Locust counts them: decoded
	Duration   time.Duration // from sending to the last byte of the body
	Name       string        // what the request is recorded as; a Check may change it
	// Err is nil if the request succeeded. It is a *RequestError if the request failed and
	// was recorded so, the end of a user that was stopped by force, or the mistake for which
	// the request was neither sent nor recorded. In a Check it is always nil.
	Err error

	head   string // of the answer, if header is still to be made of it
	header http.Header
	url    url.URL
}

// Header returns the header of the answer, the last one after redirects. It is the caller's
// to keep and change; nil, which can be read, if there was no answer. It is made when it is
// first asked for.
func (r *Response) Header() http.Header {
	if r.header == nil && r.head != "" {
		r.header = parseFields(r.head)
	}
	return r.header
}

// JSON decodes the body into v.
func (r *Response) JSON(v any) error {
	if err := json.Unmarshal(r.Body, v); err != nil {
		return fmt.Errorf("response body: %w", err)
	}
	return nil
}

// Cookies returns the cookies that this response sets.
func (r *Response) Cookies() []*http.Cookie {
	return (&http.Response{Header: r.Header()}).Cookies()
}

// unsent is the response to a request that could not be sent.
func unsent(err error) *Response { return &Response{Err: err} }

func (r *Response) fill(a *answer) {
	r.StatusCode, r.header, r.head = a.StatusCode, a.Header, a.head
	if a.Request != nil {
		r.setURL(a.Request.URL)
	}
}

// setURL keeps a copy of u, which the next request may use again.
func (r *Response) setURL(u *url.URL) {
	r.url = *u
	r.URL = &r.url
}

// A statusError fails a request for its status.
type statusError int

func (e statusError) Error() string { return "status " + strconv.Itoa(int(e)) }
