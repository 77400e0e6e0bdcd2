package tasks

import (
	"crypto/tls"
	"net/http"
	"net/url"
	"time"
)

// maxIdlePerHost is how many connections to one host a user keeps open between requests. It
// needs one, or a few if it works with Parallel as a browser does.
const maxIdlePerHost = 6

// A transport sends one user's requests over connections of the user's own. It neither
// follows redirects nor decodes bodies.
type transport interface {
	http.RoundTripper
	CloseIdleConnections()
}

// newTransport returns the transport that the options of a client ask for.
func newTransport(opts []RequestOption) transport {
	t := &http.Transport{
		DisableCompression:    true,
		MaxIdleConnsPerHost:   maxIdlePerHost,
		ExpectContinueTimeout: time.Second,
		Protocols:             new(http.Protocols),
	}
	t.Protocols.SetHTTP1(true)
	for i := range opts {
		switch o := &opts[i]; o.kind {
		case optionTLS:
			t.TLSClientConfig = o.data.(*tls.Config)
		case optionProxy:
			t.Proxy = o.data.(func(*http.Request) (*url.URL, error))
		case optionHTTP2:
			t.Protocols.SetHTTP2(true)
		}
	}
	return t
}
