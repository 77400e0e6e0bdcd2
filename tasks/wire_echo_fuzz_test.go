package tasks_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// repeat answers with what net/http's server has made of a request.
func repeat(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	w.Header()["Date"] = nil
	fmt.Fprintf(w, "%s %q %q %v %d %v <%q> %v", r.Method, r.RequestURI, r.Host, r.Header, r.ContentLength, r.TransferEncoding, body, err)
}

// Whatever is sent, net/http's server hears from us what it hears from net/http's client.
func FuzzWireRequest(f *testing.F) {
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND", "x"} {
		f.Add(method, "/a%20b?c=d", "X-Id", "1", "body", true)
		f.Add(method, "/", "Expect", "100-continue", "body", false)
		f.Add(method, "//x", "connection", "keep-alive, close", "", false)
	}
	f.Add("GET", "?q", "Host", "shop.invalid", "", false)
	f.Add("POST", "/%zz", "Content-Length", "3", "abcd", false)
	f.Add("PUT", "/\xff", "Transfer-Encoding", "gzip", "abc", false)
	f.Add("GET", "/a b", "User-Agent", "", strings.Repeat("x", 100), false)
	s := serve(f, repeat)
	s.Config.ErrorLog = quiet(f)
	f.Fuzz(func(t *testing.T, method, path, key, value, body string, chunked bool) {
		send := func(opts ...tasks.RequestOption) (got string) {
			visit(t, s.URL, func(ctx context.Context, h *tasks.HTTP) error {
				var reader io.Reader = strings.NewReader(body)
				if chunked {
					reader = io.MultiReader(reader)
				}
				req, err := http.NewRequestWithContext(ctx, method, s.URL+path, reader)
				if err != nil {
					return err
				}
				req.Header[key] = []string{value}
				res, err := h.RoundTrip(req)
				got = outcome(res, err)
				return nil
			}, append(opts, tasks.Named("x"))...)
			return got
		}
		if ours, stock := send(), send(tasks.HTTP2()); ours != stock {
			t.Errorf("ours:  %s\nstock: %s", ours, stock)
		}
	})
}
