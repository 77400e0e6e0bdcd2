package tasks_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"io"
	"net/http"
	"strconv"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

func encode(t testing.TB, open func(io.Writer) io.WriteCloser, b []byte) []byte {
	var buf bytes.Buffer
	w := open(&buf)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func openGzip(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
func openZlib(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }
func openFlate(w io.Writer) io.WriteCloser {
	f, _ := flate.NewWriter(w, flate.DefaultCompression)
	return f
}

func TestHTTPBodies(t *testing.T) {
	page := bytes.Repeat([]byte("<li>an item</li>"), 1000)
	large := bytes.Repeat([]byte("0123456789abcdef"), 1<<18) // 4 MiB
	zipped := encode(t, openGzip, page)
	none := "GET /: ok"
	for _, tt := range []struct {
		name     string
		encoding string
		sent     []byte
		chunked  bool
		want     []byte
		log      string
	}{
		{"plain", "", page, false, page, none},
		{"chunked", "", page, true, page, none},
		{"empty", "", nil, false, nil, none},
		{"large", "", large, false, large, none},
		{"large and chunked", "", large, true, large, none},
		{"gzip", "gzip", zipped, false, page, none},
		{"gzip, chunked", "GZIP", zipped, true, page, none},
		{"large gzip", "x-gzip", encode(t, openGzip, large), false, large, none},
		{"empty gzip", "gzip", nil, false, nil, none},
		{"empty gzip, chunked", "gzip", nil, true, nil, none},
		{"zlib", "deflate", encode(t, openZlib, page), false, page, none},
		{"deflate", "deflate", encode(t, openFlate, page), true, page, none},
		{"empty deflate", "deflate", nil, true, nil, none},
		{"unknown encoding", "br", page, false, page, none},
		{"no gzip", "gzip", []byte("0123456789"), false, nil, "GET /: gzip: invalid header"},
		{"half a gzip", "gzip", zipped[:len(zipped)/2], false, nil, "GET /: read: unexpected EOF"},
		{"no deflate", "deflate", []byte("\xff\xff\xff"), false, nil, "GET /: flate: corrupt input before offset N"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			host := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				if tt.encoding != "" {
					w.Header().Set("Content-Encoding", tt.encoding)
				}
				if tt.chunked {
					w.(http.Flusher).Flush()
				} else {
					w.Header().Set("Content-Length", strconv.Itoa(len(tt.sent)))
				}
				w.Write(tt.sent)
			}).URL
			if tt.log != none {
				wantLog(t, visit(t, host, func(ctx context.Context, h *tasks.HTTP) error { return h.Get(ctx, "/").Err }), tt.log)
				return
			}
			wantBody(t, host, tt.want, tt.want)
			wantBody(t, host, nil, tt.want, tasks.DiscardBody())
		})
	}
}

// wantBody requests "/" of host and compares the body, and the lengths with that of counted.
func wantBody(t *testing.T, host string, want, counted []byte, opts ...tasks.RequestOption) {
	t.Helper()
	l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		res := h.Get(ctx, "/", opts...)
		if !bytes.Equal(res.Body, want) || res.Length != int64(len(counted)) {
			t.Errorf("body of %d bytes, length %d", len(res.Body), res.Length)
		}
		return res.Err
	})
	wantLog(t, l, "GET /: ok")
	if got := l.samples[0].Length; got != int64(len(counted)) {
		t.Errorf("recorded length %d, want %d", got, len(counted))
	}
}

// Bodies are the caller's: a later request does not touch them.
func TestHTTPBodiesAreKept(t *testing.T) {
	n := 0
	host := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		n++
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(encode(t, openGzip, []byte(strconv.Itoa(n))))
	}).URL
	visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		a, b := h.Get(ctx, "/"), h.Get(ctx, "/")
		if string(a.Body) != "1" || string(b.Body) != "2" {
			t.Errorf("bodies %q and %q", a.Body, b.Body)
		}
		return nil
	})
}

func TestHTTPHead(t *testing.T) {
	host := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Length", "1000")
	}).URL
	l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		for range 2 {
			if res := h.Head(ctx, "/"); res.Header().Get("Content-Length") != "1000" || res.Length != 0 || res.Body != nil {
				t.Errorf("response %+v", res)
			}
		}
		return nil
	})
	wantLog(t, l, "HEAD /: ok; HEAD /: ok")
}

// A server that answers without having read the body. What it takes the next bytes for nobody
// knows, so they go to another connection.
func TestHTTPExpectRefused(t *testing.T) {
	var conns connCounter
	host := conns.serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			w.WriteHeader(http.StatusExpectationFailed)
		}
	})
	l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		for range 2 {
			h.Put(ctx, "/", tasks.Header("Expect", "100-continue"), tasks.Body("", make([]byte, 1<<20)))
			h.Get(ctx, "/")
		}
		return nil
	})
	wantLog(t, l, "PUT /: status 417; GET /: ok; PUT /: status 417; GET /: ok")
	if got := conns.opened.Load(); got != 3 { // a GET leaves its own to the PUT
		t.Errorf("%d connections, want 3", got)
	}
}
