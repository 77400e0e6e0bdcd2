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
	Header     http.Header   // of the answer, the last one after redirects; nil, which can be read, if there was none
	URL        *url.URL      // that gave the answer: after redirects the last one; nil if nothing was sent
	Body       []byte        // decoded if it came in gzip or deflate; the caller's to keep and change
	Length     int64         // bytes of the body, as Locust counts them: decoded
	Duration   time.Duration // from sending to the last byte of the body
	Name       string        // what the request is recorded as; a Check may change it
	// Err is nil if the request succeeded. It is a *RequestError if the request failed and
	// was recorded so, the end of a user that was stopped by force, or the mistake for which
	// the request was neither sent nor recorded. In a Check it is always nil.
	Err error
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
	return (&http.Response{Header: r.Header}).Cookies()
}

// unsent is the response to a request that could not be sent.
func unsent(err error) *Response { return &Response{Err: err} }

func (r *Response) fill(hr *http.Response) {
	r.StatusCode, r.Header = hr.StatusCode, hr.Header
	if hr.Request != nil {
		r.URL = hr.Request.URL
	}
}

// A statusError fails a request for its status.
type statusError int

func (e statusError) Error() string { return "status " + strconv.Itoa(int(e)) }
