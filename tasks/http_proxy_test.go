package tasks_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// proxyNone looks at a request and chooses no proxy.
func proxyNone(look func(*http.Request)) func(*http.Request) (*url.URL, error) {
	return func(r *http.Request) (*url.URL, error) {
		look(r)
		return nil, nil
	}
}

func TestHTTPProxy(t *testing.T) {
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "by proxy to ", r.URL) })
	u, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	visit(t, "http://shop.invalid", func(ctx context.Context, h *tasks.HTTP) error {
		if got := string(h.Get(ctx, "/x").Body); got != "by proxy to http://shop.invalid/x" {
			t.Errorf("got %q", got)
		}
		return nil
	}, tasks.Proxy(http.ProxyURL(u)))
}
