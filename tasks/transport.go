package tasks

import (
	"net/http"
	"time"
)

const (
	// maxIdlePerHost is how many connections to one host a user keeps open between requests.
	// It needs one, or a few if it works with Parallel as a browser does.
	maxIdlePerHost = 6
	// maxHead bounds the head of an answer, in bytes.
	maxHead = 1 << 20
	// continueTimeout is how long a body waits for "100 Continue".
	continueTimeout = time.Second
)

// A transport sends one user's requests over connections of the user's own. It neither
// follows redirects nor decodes bodies. The body of a response must be closed.
type transport interface {
	send(req *http.Request) (*answer, error)
	CloseIdleConnections()
}

// newTransport returns the transport that the options of a client ask for; done is closed
// with the user's own context.
func newTransport(opts []RequestOption, done <-chan struct{}) transport {
	for i := range opts {
		if opts[i].kind == optionHTTP2 {
			return newStock(opts)
		}
	}
	return newWire(opts, done)
}
