package tasks_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// A user's second connection resumes its session; a new visitor's does not.
func TestWireResumesSessions(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.TLS.DidResume)
	}))
	t.Cleanup(s.Close)
	insecure := &tls.Config{InsecureSkipVerify: true}
	for range 2 { // users do not share sessions
		visit(t, s.URL, func(ctx context.Context, h *tasks.HTTP) error {
			for i, want := range []string{"false", "true", "true", "false"} {
				if i == 3 {
					h.CloseIdleConnections()
				}
				if got := string(h.Get(ctx, "/", tasks.NoKeepAlive()).Body); got != want {
					t.Errorf("request %d: resumed: %q, want %s", i, got, want)
				}
			}
			return nil
		}, tasks.TLS(insecure))
	}
}

// RoundTrip tells a library what secures the connection.
func TestWireConnectionState(t *testing.T) {
	s := secure(t, tls.NoClientCert)
	visit(t, s.URL, func(ctx context.Context, h *tasks.HTTP) error {
		for range 2 {
			res, err := sdk(h).Get(s.URL)
			if err != nil {
				return err
			}
			if res.TLS == nil || !res.TLS.PeerCertificates[0].Equal(s.Certificate()) {
				t.Errorf("TLS state %v", res.TLS)
			}
		}
		return nil
	}, tasks.TLS(&tls.Config{InsecureSkipVerify: true}))
}

// gate is a proxy for https that wants a password and counts the tunnels.
func gate(t *testing.T, target string, tunnels *int) *url.URL {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Host != target {
			t.Errorf("the proxy is asked for %s %s", r.Method, r.Host)
		}
		if r.Header.Get("Proxy-Authorization") != "Basic bWU6c2VjcmV0" {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		*tunnels++
		there, err := net.Dial("tcp", r.Host)
		if err != nil {
			t.Error(err)
			return
		}
		defer there.Close()
		here, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer here.Close()
		fmt.Fprint(here, "HTTP/1.1 200 Connection established\r\n\r\n")
		go func() { defer there.Close(); _, _ = io.Copy(there, here) }() // both end with the connection
		_, _ = io.Copy(here, there)
	})
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestWireTunnels(t *testing.T) {
	s := secure(t, tls.NoClientCert)
	target, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		user *url.Userinfo
		want string
	}{
		{url.UserPassword("me", "secret"), "GET /: ok; GET /: ok"},
		{nil, "GET /: Proxy Authentication Required; GET /: Proxy Authentication Required"},
	} {
		for _, transport := range []tasks.RequestOption{{}, tasks.HTTP2()} {
			tunnels := 0
			proxy := gate(t, target.Host, &tunnels)
			proxy.User = tt.user
			l := visit(t, s.URL, func(ctx context.Context, h *tasks.HTTP) error {
				h.Get(ctx, "/")
				return h.Get(ctx, "/").Err
			}, tasks.TLS(&tls.Config{InsecureSkipVerify: true}), tasks.Proxy(http.ProxyURL(proxy)), transport)
			wantLog(t, l, tt.want)
			if tt.user != nil && tunnels != 1 {
				t.Errorf("%d tunnels, want 1", tunnels)
			}
		}
	}
}

// An HTTP proxy is told the whole URL, and the password; one that cannot be reached is named.
func TestWireProxy(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.RequestURI, " ", r.Host, " ", r.Header.Get("Proxy-Authorization"))
	})
	for _, transport := range []tasks.RequestOption{{}, tasks.HTTP2()} {
		for proxy, want := range map[string]string{
			"http://me:secret@" + s.Listener.Addr().String(): "http://shop.invalid/x?y=z shop.invalid Basic bWU6c2VjcmV0",
			closed(t): "proxyconnect: dial: connection refused",
		} {
			u, err := url.Parse(proxy)
			if err != nil {
				t.Fatal(err)
			}
			visit(t, "http://shop.invalid", func(ctx context.Context, h *tasks.HTTP) error {
				res := h.Get(ctx, "/x?y=z", tasks.Named("x"))
				got := string(res.Body)
				if failed, ok := errors.AsType[*tasks.RequestError](res.Err); ok {
					got = failed.Err.Error()
				}
				if got != want {
					t.Errorf("got %q, want %q", got, want)
				}
				return nil
			}, tasks.Proxy(http.ProxyURL(u)), transport)
		}
	}
}

// Also of one that it takes over.
func TestWireConnectionStateOfAnotherProtocol(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "echo")
		w.WriteHeader(http.StatusSwitchingProtocols)
	}))
	t.Cleanup(s.Close)
	for _, transport := range []tasks.RequestOption{{}, tasks.HTTP2()} {
		visit(t, s.URL, func(ctx context.Context, h *tasks.HTTP) error {
			h = h.With(tasks.Header("Connection", "Upgrade"), tasks.Header("Upgrade", "echo"))
			res, err := sdk(h).Get(s.URL)
			if err != nil {
				t.Error(err)
				return err
			}
			if res.TLS == nil || !res.TLS.PeerCertificates[0].Equal(s.Certificate()) {
				t.Errorf("TLS state %v", res.TLS)
			}
			return res.Body.Close()
		}, tasks.TLS(&tls.Config{InsecureSkipVerify: true}), transport)
	}
}
