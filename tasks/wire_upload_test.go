package tasks_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// head starts a server that reads the head of a request, not its body.
func head(t testing.TB, f func(net.Conn, *http.Request)) string {
	return listen(t, func(c net.Conn) {
		if req, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
			f(c, req)
		}
	})
}

// An answer that comes while the body is still on its way is the answer.
func TestWireEarlyAnswer(t *testing.T) {
	gone := make(chan struct{})
	host := head(t, func(c net.Conn, _ *http.Request) {
		fmt.Fprint(c, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno")
		<-gone
	})
	l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		defer close(gone)
		large := tasks.Body("", make([]byte, 64<<20))
		start := time.Now()
		res := h.Post(ctx, "/", large)
		if string(res.Body) != "no" {
			t.Errorf("body %q", res.Body)
		}
		if whole := time.Since(start); whole-res.Duration < 40*time.Millisecond {
			t.Errorf("response time %v of %v: the end of the upload is no part of it", res.Duration, whole)
		}
		return res.Err
	})
	wantLog(t, l, "POST /: status 413")
}

func TestWireUploads(t *testing.T) {
	var conns connCounter
	host := conns.serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil || int64(len(b)) != r.ContentLength && r.ContentLength >= 0 {
			t.Errorf("%d bytes of %d, error %v", len(b), r.ContentLength, err)
		}
		w.Write(b)
	})
	visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		for _, size := range []int{1, 1 << 10, 32 << 10, 32<<10 + 1, 3 << 20} {
			want := bytes.Repeat([]byte("x"), size)
			unknown := &http.Request{Method: "POST", Body: io.NopCloser(iotest.HalfReader(bytes.NewReader(want)))}
			for _, res := range []*tasks.Response{h.Post(ctx, "/", tasks.Body("", want)), h.Do(ctx, unknown)} {
				if !bytes.Equal(res.Body, want) {
					t.Errorf("%d bytes came back of %d, error %v", len(res.Body), size, res.Err)
				}
			}
		}
		return nil
	})
	if got := conns.opened.Load(); got != 1 {
		t.Errorf("%d connections, want 1", got)
	}
}

// A body that is not what it said fails its request, and nothing else.
func TestWireBadUploads(t *testing.T) {
	broken := errors.New("the disk is broken")
	for _, tt := range []struct {
		name   string
		body   io.Reader
		length int64
		known  bool
		want   string
	}{
		{"short", strings.NewReader("abc"), 4, true, "http: ContentLength=N with Body length N"},
		{"long", strings.NewReader("abc"), 2, true, "http: ContentLength=N with Body length N"},
		{"short, from elsewhere", strings.NewReader("abc"), 4, false, "http: ContentLength=N with Body length N"},
		{"long, from elsewhere", strings.NewReader("abc"), 2, false, "http: ContentLength=N with Body length N"},
		{"broken", iotest.ErrReader(broken), 2, true, broken.Error()},
		{"broken, from elsewhere", iotest.ErrReader(broken), 2, false, broken.Error()},
		{"broken, of unknown length", iotest.ErrReader(broken), -1, false, broken.Error()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := visit(t, serve(t, echo).URL, func(ctx context.Context, h *tasks.HTTP) error {
				body := &closer{Reader: tt.body}
				req := &http.Request{Method: "POST", Body: body, ContentLength: tt.length}
				if tt.known {
					req.GetBody = func() (io.ReadCloser, error) { return nil, errors.New("not again") }
				}
				err := h.Do(ctx, req, tasks.Named("x")).Err
				if !body.closed {
					t.Error("the body is not closed")
				}
				h.Get(ctx, "/")
				return err
			})
			wantLog(t, l, "POST x: "+tt.want+"; GET /: ok")
		})
	}
}

// A badReader panics after some bytes.
type badReader struct{ left int }

func (r *badReader) Read(p []byte) (int, error) {
	if r.left == 0 {
		panic("no more")
	}
	n := min(len(p), r.left)
	r.left -= n
	return n, nil
}

// A body that panics is an exception of its request, wherever it is read.
func TestWireBodyPanics(t *testing.T) {
	for name, opts := range map[string][]tasks.RequestOption{"own": nil, "HTTP/2": {tasks.HTTP2()}} {
		for _, size := range []int{0, 100 << 10} {
			t.Run(fmt.Sprint(name, size), func(t *testing.T) {
				l := visit(t, serve(t, echo).URL, func(ctx context.Context, h *tasks.HTTP) error {
					req := &http.Request{Method: "POST", Body: io.NopCloser(&badReader{size}), ContentLength: -1}
					res := h.Do(ctx, req, tasks.Named("x"))
					if p, ok := errors.AsType[*tasks.PanicError](res.Err); !ok || !strings.Contains(p.Stack, "badReader") {
						t.Errorf("error %v, stack %q", res.Err, p)
					}
					return h.Get(ctx, "/").Err
				}, opts...)
				wantLog(t, l, "POST x: panic: no more; GET /: ok; ! panic: no more")
			})
		}
	}
}

// A liar returns a count that cannot be.
type liar struct{ n int }

func (l liar) Read([]byte) (int, error) { return l.n, nil }

// A body that lies about what it has read fails its request, and nothing else.
func TestWireBodyLies(t *testing.T) {
	for _, n := range []int{-1, 1 << 20} {
		for name, opts := range map[string][]tasks.RequestOption{"own": nil, "HTTP/2": {tasks.HTTP2()}} {
			t.Run(fmt.Sprint(name, n), func(t *testing.T) {
				l := visit(t, serve(t, echo).URL, func(ctx context.Context, h *tasks.HTTP) error {
					req := &http.Request{Method: "POST", Body: io.NopCloser(liar{n}), ContentLength: -1}
					_ = h.Do(ctx, req, tasks.Named("x"))
					return h.Get(ctx, "/").Err
				}, opts...)
				wantLog(t, l, "POST x: request body: Read returned an impossible count; GET /: ok")
			})
		}
	}
}

// A body waits for "100 Continue", but not for ever.
func TestWireContinue(t *testing.T) {
	for _, tt := range []struct {
		name, answer string
	}{
		{"asked for", "HTTP/1.1 100 Continue\r\n\r\n"},
		{"after another word", "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"},
		{"not asked for", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			host := head(t, func(c net.Conn, _ *http.Request) {
				fmt.Fprint(c, tt.answer)
				var b [5]byte
				n, _ := io.ReadFull(c, b[:])
				fmt.Fprint(c, okHead+"Content-Length: 5\r\n\r\n"+string(b[:n]))
			})
			visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
				res := h.Put(ctx, "/", tasks.Header("Expect", "100-continue"), tasks.Body("", []byte("hello")))
				if string(res.Body) != "hello" {
					t.Errorf("got %q, error %v", res.Body, res.Err)
				}
				return nil
			})
		})
	}
}
