package tasks_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// sdk is what a library makes of a transport.
func sdk(h *tasks.HTTP) *http.Client { return &http.Client{Transport: h} }

func TestRoundTripRecords(t *testing.T) {
	host := stairs(t, 0)
	l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		req, err := http.NewRequestWithContext(ctx, "GET", host+"/1?token=4711", nil)
		if err != nil {
			return err
		}
		for range 2 {
			res, err := sdk(h).Do(req)
			if err != nil {
				return err
			}
			b, err := io.ReadAll(res.Body)
			if string(b) != "ground" || err != nil || res.ContentLength != 6 {
				t.Errorf("body %q of length %d, error %v", b, res.ContentLength, err)
			}
		}
		return nil
	})
	wantLog(t, l, "GET /1: ok; GET /0: ok; GET /1: ok; GET /0: ok")
}

// The options of the client hold for a library's requests.
func TestRoundTripOptions(t *testing.T) {
	host := serve(t, echo).URL
	l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		h = h.With(tasks.Named("sdk"), tasks.Header("X-Echo", "X-A"), tasks.Header("X-A", "1"), failing("refused"))
		res, err := sdk(h).Post(host+"/", "text/plain", strings.NewReader("hello"))
		if err != nil {
			return err
		}
		if b, _ := io.ReadAll(res.Body); string(b) != "POST / X-A=1 <hello>" {
			t.Errorf("got %q", b)
		}
		return nil
	})
	wantLog(t, l, "POST sdk: refused")
}

func TestRoundTripErrors(t *testing.T) {
	host := scripted(t, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
	l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		_, err := sdk(h).Get(host + "/x")
		if _, ok := errors.AsType[*tasks.RequestError](err); !ok {
			t.Errorf("error is %#v", err)
		}
		body := &closer{Reader: strings.NewReader("x")}
		_, bug := sdk(h.With(tasks.Status())).Post(host+"/", "", body)
		if bug == nil || !body.closed {
			t.Errorf("error of a bad option: %v, body closed: %v", bug, body.closed)
		}
		return err
	})
	wantLog(t, l, "GET /x: read: unexpected EOF")
}

// A body that an option of the client puts another one in place of is closed all the same.
func TestRoundTripReplacedBody(t *testing.T) {
	host := serve(t, echo).URL
	visit(t, host, func(_ context.Context, h *tasks.HTTP) error {
		body := &closer{Reader: strings.NewReader("theirs")}
		res, err := sdk(h.With(tasks.Body("", []byte("ours")))).Post(host+"/", "text/plain", body)
		if err != nil {
			t.Error(err)
			return err
		}
		if b, _ := io.ReadAll(res.Body); string(b) != "POST / <ours>" || !body.closed {
			t.Errorf("got %q, body closed: %v", b, body.closed)
		}
		return nil
	})
}

type closer struct {
	io.Reader
	closed bool
}

func (c *closer) Close() error { c.closed = true; return nil }

// A failing status is an answer all the same.
func TestRoundTripStatus(t *testing.T) {
	host := site(t).URL
	l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		res, err := sdk(h).Get(host + "/status/500")
		if err != nil || res.StatusCode != 500 {
			t.Errorf("answer %v, error %v", res, err)
		}
		return nil
	})
	wantLog(t, l, "GET /status/500: status 500")
}

// A library that asks for gzip itself gets it; one that does not is not troubled with it.
func TestRoundTripGzip(t *testing.T) {
	zipped := encode(t, openGzip, []byte("hello"))
	host := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(zipped)
	}).URL
	visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		for _, tt := range []struct{ asks, want, encoding string }{
			{"", "hello", ""},
			{"gzip", string(zipped), "gzip"},
		} {
			req, err := http.NewRequestWithContext(ctx, "GET", host, nil)
			if err != nil {
				return err
			}
			if tt.asks != "" {
				req.Header.Set("Accept-Encoding", tt.asks)
			}
			res, err := sdk(h).Do(req)
			if err != nil {
				return err
			}
			b, _ := io.ReadAll(res.Body)
			if string(b) != tt.want || res.Header.Get("Content-Encoding") != tt.encoding || res.ContentLength != int64(len(b)) {
				t.Errorf("asked for %q: %q, length %d, %v", tt.asks, b, res.ContentLength, res.Header)
			}
			if res.Request != req {
				t.Errorf("answer to another request: %v", res.Request)
			}
		}
		return nil
	})
}

// The connection of a WebSocket and the like belongs to the library.
func TestRoundTripSwitchingProtocols(t *testing.T) {
	host := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		fmt.Fprint(rw, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n")
		_ = rw.Flush()
		line, _ := rw.ReadString('\n')
		fmt.Fprint(conn, line)
	}).URL
	l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		h = h.With(tasks.Header("Connection", "Upgrade"), tasks.Header("Upgrade", "echo"))
		res, err := sdk(h).Get(host + "/ws")
		if err != nil {
			return err
		}
		conn := res.Body.(io.ReadWriteCloser)
		defer conn.Close()
		fmt.Fprintln(conn, "hello")
		if line, err := bufio.NewReader(conn).ReadString('\n'); line != "hello\n" {
			t.Errorf("got %q, error %v", line, err)
		}
		return h.Get(ctx, "/get").Err // nothing is left open, nobody waits for a body
	})
	wantLog(t, l, "GET /ws: ok; GET /get: ok")
}
