package tasks_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// echo answers with the request: its line, then the headers asked for by "X-Echo", then the
// body.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s %s", r.Method, r.URL)
	for _, key := range r.Header["X-Echo"] {
		v := strings.Join(r.Header[key], "+")
		if key == "Host" {
			v = r.Host
		}
		fmt.Fprintf(w, " %s=%s", key, v)
	}
	if len(body) > 0 {
		fmt.Fprintf(w, " <%s>", body)
	}
}

func TestHTTPRequestOptions(t *testing.T) {
	host := serve(t, echo).URL
	ask := func(key string) tasks.RequestOption { return tasks.Header("X-Echo", key) }
	for _, tt := range []struct {
		name string
		path string
		opts []tasks.RequestOption
		want string
	}{
		{"JSON", "/", []tasks.RequestOption{ask("Content-Type"), tasks.JSON(map[string]int{"a": 1})}, `POST / Content-Type=application/json <{"a":1}>`},
		{"form", "/", []tasks.RequestOption{ask("Content-Type"), tasks.Form(url.Values{"a": {"1 2"}})}, "POST / Content-Type=application/x-www-form-urlencoded <a=1+2>"},
		{"body", "/", []tasks.RequestOption{ask("Content-Type"), tasks.Body("text/xml", []byte("<a/>"))}, "POST / Content-Type=text/xml <<a/>>"},
		{"body without type", "/", []tasks.RequestOption{ask("Content-Type"), tasks.Body("", []byte("x"))}, "POST / Content-Type= <x>"},
		{"later body", "/", []tasks.RequestOption{ask("Content-Length"), tasks.JSON(1), tasks.Body("", nil)}, "POST / Content-Length=0"},
		{"query", "/a", []tasks.RequestOption{tasks.Query("q", "x y"), tasks.Query("q", "&")}, "POST /a?q=x+y&q=%26"},
		{"more query", "/a?b=c", []tasks.RequestOption{tasks.Query("d", "e")}, "POST /a?b=c&d=e"},
		{"header replaces", "/", []tasks.RequestOption{ask("X-A"), tasks.Header("x-a", "1"), tasks.Header("X-A", "2")}, "POST / X-A=2"},
		{"host", "/", []tasks.RequestOption{ask("Host"), tasks.Header("Host", "shop.example")}, "POST / Host=shop.example"},
		{"basic auth", "/", []tasks.RequestOption{ask("Authorization"), tasks.BasicAuth("me", "secret")}, "POST / Authorization=Basic bWU6c2VjcmV0"},
		{"gzip is asked for", "/", []tasks.RequestOption{ask("Accept-Encoding")}, "POST / Accept-Encoding=gzip"},
		{"or what the caller wants", "/", []tasks.RequestOption{ask("Accept-Encoding"), tasks.Header("Accept-Encoding", "br")}, "POST / Accept-Encoding=br"},
		{"not for a range", "/", []tasks.RequestOption{ask("Accept-Encoding"), tasks.Header("Range", "bytes=0-1")}, "POST / Accept-Encoding="},
		{"expect", "/", []tasks.RequestOption{ask("Expect"), tasks.Header("Expect", "100-continue"), tasks.Body("", []byte("x"))}, "POST / Expect=100-continue <x>"},
		{"absolute URL", host + "/abs", nil, "POST /abs"},
		{"URL in a query", "/go?to=http://h/x", nil, "POST /go?to=http://h/x"},
		{"the zero option", "/", []tasks.RequestOption{{}}, "POST /"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
				res := h.Post(ctx, tt.path, tt.opts...)
				if string(res.Body) != tt.want || res.Err != nil {
					t.Errorf("got  %q, error %v\nwant %q", res.Body, res.Err, tt.want)
				}
				return nil
			})
		})
	}
}

func TestHTTPMethods(t *testing.T) {
	l := visit(t, site(t).URL, func(ctx context.Context, h *tasks.HTTP) error {
		h.Get(ctx, "/")
		h.Head(ctx, "/")
		h.Post(ctx, "/")
		h.Put(ctx, "/")
		h.Patch(ctx, "/")
		h.Delete(ctx, "/")
		h.Request(ctx, "OPTIONS", "/")
		return nil
	})
	wantLog(t, l, "GET /: ok; HEAD /: ok; POST /: ok; PUT /: ok; PATCH /: ok; DELETE /: ok; OPTIONS /: ok")
}

// Options of NewHTTP come before those of With, and those before the request's.
func TestHTTPOptionsAddUp(t *testing.T) {
	var order []string
	note := func(s string) tasks.RequestOption {
		return tasks.Check(func(*tasks.Response) error { order = append(order, s); return nil })
	}
	l := visit(t, serve(t, echo).URL, func(ctx context.Context, h *tasks.HTTP) error {
		w := h.With(tasks.Header("X-A", "with"), note("with"), tasks.Named("with"))
		other := h.With(tasks.Named("other")) // leaves w alone
		for _, res := range []*tasks.Response{
			h.Get(ctx, "/", tasks.Named("call")),
			w.Get(ctx, "/"),
			w.Get(ctx, "/", tasks.Header("X-A", "call"), note("call")),
			other.Get(ctx, "/"),
		} {
			order = append(order, strings.TrimPrefix(string(res.Body), "GET / X-A="))
		}
		return nil
	}, tasks.Header("X-Echo", "X-A"), tasks.Header("X-A", "new"), note("new"), tasks.Named("new"))
	if got, want := strings.Join(order, " "), "new new with new with call new new with call new"; got != want {
		t.Errorf("order of checks and headers: %q, want %q", got, want)
	}
	wantLog(t, l, "GET call: ok; GET with: ok; GET with: ok; GET other: ok")
}

func TestHTTPBaseURL(t *testing.T) {
	first, second := serve(t, echo).URL, serve(t, echo).URL
	visit(t, first+"/", func(ctx context.Context, h *tasks.HTTP) error {
		for _, tt := range []struct{ got, want *tasks.Response }{
			{h.Get(ctx, "/x"), h.Get(ctx, first+"/x")},
			{h.With(tasks.BaseURL(second+"/v2")).Get(ctx, "/x"), h.Get(ctx, second+"/v2/x")},
		} {
			if tt.got.Err != nil || tt.got.URL.String() != tt.want.URL.String() || string(tt.got.Body) != string(tt.want.Body) {
				t.Errorf("%v answered %q, want %v and %q", tt.got.URL, tt.got.Body, tt.want.URL, tt.want.Body)
			}
		}
		return nil
	})
}

func TestHTTPUserInHost(t *testing.T) {
	host := strings.Replace(serve(t, echo).URL, "://", "://me:secret@", 1)
	visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		if got := string(h.Get(ctx, "/").Body); got != "GET / Authorization=Basic bWU6c2VjcmV0" {
			t.Errorf("got %q", got)
		}
		return nil
	}, tasks.Header("X-Echo", "Authorization"))
}

func TestHTTPDo(t *testing.T) {
	host := serve(t, echo).URL
	l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		for _, target := range []string{"/a?b=c", host + "/a?b=c"} {
			req, err := http.NewRequest("PUT", target, strings.NewReader("body"))
			if err != nil {
				return err
			}
			res := h.Do(ctx, req, tasks.Header("X-Echo", "X-A"), tasks.Header("X-A", "1"))
			if got := string(res.Body); got != "PUT /a?b=c X-A=1 <body>" {
				t.Errorf("got %q", got)
			}
			if len(req.Header) != 0 || req.URL.String() != target {
				t.Errorf("the request was changed: %v %v", req.URL, req.Header)
			}
		}
		h.Do(ctx, &http.Request{URL: &url.URL{Path: "/zero"}})
		return nil
	})
	wantLog(t, l, "PUT /a?b=c: ok; PUT /a?b=c: ok; GET /zero: ok")
}

func TestHTTPDecodeJSON(t *testing.T) {
	l := visit(t, site(t).URL, func(ctx context.Context, h *tasks.HTTP) error {
		var item struct{ Stock int }
		res := h.Get(ctx, "/json", tasks.DecodeJSON(&item), tasks.Check(func(*tasks.Response) error {
			if item.Stock != 3 {
				return fmt.Errorf("stock %d", item.Stock)
			}
			return nil
		}))
		var again struct{ Stock json.Number }
		if err := res.JSON(&again); err != nil || again.Stock != "3" {
			t.Errorf("decoded %v, %v", again, err)
		}
		return h.Get(ctx, "/", tasks.DecodeJSON(&item)).Err
	})
	wantLog(t, l, "GET /json: ok; GET /: response body: invalid character 'o' looking for beginning of value")
}
