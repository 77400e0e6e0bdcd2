package tasks

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// connects says whether an option of this kind concerns connections.
func (k optionKind) connects() bool { return k >= optionTLS }

// late returns o as an option that comes after the connections have been set up.
func (o RequestOption) late() RequestOption {
	if o.kind.connects() {
		return invalid(o.misplaced())
	}
	return o
}

func (o *RequestOption) misplaced() error {
	name := map[optionKind]string{optionTLS: "TLS", optionProxy: "Proxy", optionHTTP2: "HTTP2"}[o.kind]
	return fmt.Errorf("tasks: %s: it must be given to NewHTTP", name)
}

// apply changes req as o says.
func (o *RequestOption) apply(req *http.Request) {
	switch o.kind {
	case optionQuery:
		addQuery(req.URL, o.key, o.value)
	case optionHeader:
		if o.key == "Host" {
			req.Host = o.value
			return
		}
		req.Header[o.key] = []string{o.value}
	case optionBasicAuth:
		req.SetBasicAuth(o.key, o.value)
	case optionBody:
		o.setBody(req)
	case optionNoKeepAlive:
		req.Close = true
	}
}

func (o *RequestOption) setBody(req *http.Request) {
	if o.key != "" {
		req.Header["Content-Type"] = []string{o.key}
	}
	closeBody(req)
	b := o.body
	if len(b) == 0 {
		req.Body, req.GetBody, req.ContentLength = http.NoBody, nil, 0
		return
	}
	req.ContentLength = int64(len(b))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
	req.Body, _ = req.GetBody()
}

func addQuery(u *url.URL, key, value string) {
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += url.QueryEscape(key) + "=" + url.QueryEscape(value)
}

// validHeader says whether net/http would send the header.
func validHeader(key, value string) bool {
	return key != "" && consistsOf(key, inToken) && consistsOf(value, inValue)
}
