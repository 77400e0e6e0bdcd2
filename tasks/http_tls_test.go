package tasks_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// secure starts a server that answers with the protocol and the number of the client's
// certificates.
func secure(t testing.TB, clientAuth tls.ClientAuthType) *httptest.Server {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Proto, " ", len(r.TLS.PeerCertificates))
	}))
	s.TLS = &tls.Config{ClientAuth: clientAuth}
	s.EnableHTTP2 = true
	s.Config.ErrorLog = quiet(t)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func TestHTTPTLS(t *testing.T) {
	s := secure(t, tls.RequestClientCert)
	known := x509.NewCertPool()
	known.AddCert(s.Certificate())
	client := &tls.Config{RootCAs: known, Certificates: s.TLS.Certificates}
	later := &tls.Config{RootCAs: known, Time: func() time.Time { return time.Now().AddDate(200, 0, 0) }}
	for _, tt := range []struct {
		name string
		host string
		opts []tasks.RequestOption
		want string
	}{
		{"root certificate", s.URL, []tasks.RequestOption{tasks.TLS(&tls.Config{RootCAs: known})}, "HTTP/1.1 0"},
		{"client certificate", s.URL, []tasks.RequestOption{tasks.TLS(client)}, "HTTP/1.1 1"},
		{"not verified", s.URL, []tasks.RequestOption{tasks.TLS(&tls.Config{InsecureSkipVerify: true})}, "HTTP/1.1 0"},
		{"HTTP/2", s.URL, []tasks.RequestOption{tasks.TLS(client), tasks.HTTP2()}, "HTTP/2.0 1"},
		{"default", s.URL, nil, "tls: certificate signed by unknown authority"},
		{"another host", strings.Replace(s.URL, "127.0.0.1", "localhost", 1), []tasks.RequestOption{tasks.TLS(client)}, "tls: certificate is not valid for the host"},
		{"expired", s.URL, []tasks.RequestOption{tasks.TLS(later)}, "tls: certificate has expired or is not yet valid"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := visit(t, tt.host, func(ctx context.Context, h *tasks.HTTP) error {
				res := h.Get(ctx, "/")
				if res.Err == nil && string(res.Body) != tt.want {
					t.Errorf("got %q, want %q", res.Body, tt.want)
				}
				return res.Err
			}, tt.opts...)
			if strings.HasPrefix(tt.want, "HTTP") {
				wantLog(t, l, "GET /: ok")
				return
			}
			wantLog(t, l, "GET /: "+tt.want)
		})
	}
}

func TestHTTPClientCertificateIsMissing(t *testing.T) {
	s := secure(t, tls.RequireAnyClientCert)
	l := visit(t, s.URL, func(ctx context.Context, h *tasks.HTTP) error { return h.Get(ctx, "/").Err },
		tasks.TLS(&tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12}))
	wantLog(t, l, "GET /: remote error: tls: handshake failure")
}

// Users share one configuration, which nobody changes.
func TestTLSIsShared(t *testing.T) {
	s := secure(t, tls.NoClientCert)
	config := &tls.Config{InsecureSkipVerify: true}
	for _, transport := range []tasks.RequestOption{{}, tasks.HTTP2()} {
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				l := visit(t, s.URL, func(ctx context.Context, h *tasks.HTTP) error { return h.Get(ctx, "/").Err }, tasks.TLS(config), transport)
				wantLog(t, l, "GET /: ok")
			})
		}
		all.Wait()
	}
	if config.NextProtos != nil || config.ClientSessionCache != nil {
		t.Errorf("the configuration has become %v, %v", config.NextProtos, config.ClientSessionCache)
	}
}
