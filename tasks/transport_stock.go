package tasks

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/url"
)

// A stock is net/http's transport under contexts of ours.
type stock struct{ *http.Transport }

func newStock(opts []RequestOption) *stock {
	t := &http.Transport{
		DisableCompression:     true,
		MaxIdleConnsPerHost:    maxIdlePerHost,
		ExpectContinueTimeout:  continueTimeout,
		MaxResponseHeaderBytes: maxHead,
		Protocols:              new(http.Protocols),
	}
	t.Protocols.SetHTTP1(true)
	for i := range opts {
		switch o := &opts[i]; o.kind {
		case optionTLS:
			t.TLSClientConfig = o.data.(*tls.Config).Clone() // HTTP/2 writes into it
		case optionProxy:
			t.Proxy = o.data.(func(*http.Request) (*url.URL, error))
		case optionHTTP2:
			t.Protocols.SetHTTP2(true)
		}
	}
	return &stock{t}
}

// send implements transport.
func (s *stock) send(req *http.Request) (*answer, error) {
	res, err := s.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	return &answer{Response: res}, nil
}

// RoundTrip implements http.RoundTripper. It gives a timed context the timer that
// net/http needs.
func (s *stock) RoundTrip(req *http.Request) (*http.Response, error) {
	limit, ok := req.Context().(*timed)
	if !ok {
		return s.Transport.RoundTrip(req)
	}
	ctx, cancel := limit.detached()
	res, err := s.Transport.RoundTrip(req.WithContext(ctx))
	if err != nil {
		cancel()
		return nil, err
	}
	res.Request = req
	if res.Body == http.NoBody || res.StatusCode == http.StatusSwitchingProtocols {
		cancel()
		return res, nil
	}
	res.Body = &timedBody{res.Body, cancel}
	return res, nil
}

// A timedBody ends its context with itself.
type timedBody struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (b *timedBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}
