package tasks_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

const readBuffer = 4 << 10 // of a connection

const okAnswer = okHead + "Content-Length: 2\r\n\r\nok"

// A server may close an idle connection at any time. The next request opens another one.
func TestWireClosedWhileIdle(t *testing.T) {
	for _, method := range []string{"GET", "POST"} {
		hung := make(chan struct{})
		host := bytewise(t, func(c net.Conn, _ *http.Request) bool {
			fmt.Fprint(c, okAnswer)
			c.Close()
			hung <- struct{}{}
			return false
		})
		l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
			for range 3 {
				h.Request(ctx, method, "/", tasks.Body("", []byte("x")))
				<-hung
			}
			return nil
		})
		wantLog(t, l, strings.Repeat(method+" /: ok; ", 2)+method+" /: ok")
	}
}

// If it closes one just when a request comes, the request is sent again where that does no
// harm.
func TestWireRepeats(t *testing.T) {
	body := tasks.Body("", []byte("x"))
	for _, tt := range []struct {
		name   string
		method string
		opts   []tasks.RequestOption
		want   string
		sent   int64
	}{
		{"GET", "GET", nil, "ok", 3},
		{"GET with a body", "GET", []tasks.RequestOption{body}, "ok", 3},
		{"OPTIONS", "OPTIONS", nil, "ok", 3},
		{"POST", "POST", []tasks.RequestOption{body}, "read: EOF", 2},
		{"DELETE", "DELETE", nil, "read: EOF", 2},
		{"POST with a key", "POST", []tasks.RequestOption{body, tasks.Header("Idempotency-Key", "1")}, "ok", 3},
	} {
		for _, transport := range [][]tasks.RequestOption{nil, {tasks.HTTP2()}} {
			t.Run(tt.name, func(t *testing.T) {
				var sent atomic.Int64
				host := bytewise(t, func(c net.Conn, _ *http.Request) bool {
					if sent.Add(1) == 2 {
						return false
					}
					fmt.Fprint(c, okAnswer)
					return true
				})
				l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
					h.Request(ctx, tt.method, "/", tt.opts...)
					return h.Request(ctx, tt.method, "/", tt.opts...).Err
				}, transport...)
				wantLog(t, l, tt.method+" /: ok; "+tt.method+" /: "+tt.want)
				if got := sent.Load(); got != tt.sent {
					t.Errorf("sent %d times, want %d", got, tt.sent)
				}
			})
		}
	}
}

// What has been answered in part is not sent again.
func TestWireDoesNotRepeatAnAnsweredRequest(t *testing.T) {
	var sent atomic.Int64
	host := bytewise(t, func(c net.Conn, _ *http.Request) bool {
		if sent.Add(1) == 2 {
			fmt.Fprint(c, okAnswer[:12])
			return false
		}
		fmt.Fprint(c, okAnswer)
		return true
	})
	l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		h.Get(ctx, "/")
		return h.Get(ctx, "/").Err
	})
	wantLog(t, l, "GET /: ok; GET /: read: unexpected EOF")
	if got := sent.Load(); got != 2 {
		t.Errorf("sent %d times, want 2", got)
	}
}

// What a server says unasked is no answer to the next request.
func TestWireUnaskedWords(t *testing.T) {
	said := make(chan struct{})
	host := bytewise(t, func(c net.Conn, _ *http.Request) bool {
		fmt.Fprint(c, okAnswer)
		<-said
		fmt.Fprint(c, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
		said <- struct{}{}
		return false
	})
	l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		for range 2 {
			h.Post(ctx, "/") // a POST looks before it goes
			said <- struct{}{}
			<-said
		}
		return nil
	})
	wantLog(t, l, "POST /: ok; POST /: ok")
}

// What follows an answer, and is there with it, is no answer to the next request, however long
// the body.
func TestWireMoreThanAnnounced(t *testing.T) {
	cert := secure(t, tls.NoClientCert).TLS.Certificates
	for _, size := range []int{1, readBuffer - 1, readBuffer, readBuffer + 1, 100_000} {
		for _, extra := range []string{"", "Pragma: no-cache\r\n"} {
			for _, scheme := range []string{"http", "https"} {
				text := fmt.Sprintf("%sContent-Length: %d\r\n%s\r\n%s%s", okHead, size, extra, strings.Repeat("x", size), "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
				host := listen(t, func(c net.Conn) {
					if scheme == "https" {
						c = tls.Server(c, &tls.Config{Certificates: cert})
					}
					converse(c, func(c net.Conn, _ *http.Request) bool {
						fmt.Fprint(c, text)
						return true
					})
				})
				l := visit(t, scheme+strings.TrimPrefix(host, "http"), func(ctx context.Context, h *tasks.HTTP) error {
					h.Get(ctx, "/")
					return h.Get(ctx, "/").Err
				}, tasks.TLS(&tls.Config{InsecureSkipVerify: true}))
				if got := l.String(); got != "GET /: ok; GET /: ok" {
					t.Errorf("%s, %d bytes, %q: %s", scheme, size, extra, got)
				}
			}
		}
	}
}

// An answer that ends at any byte ends alike for both transports.
func TestWireParityOfEveryByte(t *testing.T) {
	const answer = okHead + "A: b\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
	var end atomic.Int64
	host := bytewise(t, func(c net.Conn, _ *http.Request) bool {
		fmt.Fprint(c, answer[:end.Load()])
		return false
	})
	for n := range int64(len(answer)) {
		end.Store(n)
		ours, stock := outcomes(t, host, "GET", ""), outcomes(t, host, "GET", "", tasks.HTTP2())
		if !slices.Equal(ours, stock) || !strings.Contains(ours[0], "EOF") && !strings.Contains(ours[0], "malformed") {
			t.Errorf("end behind %q\nours:  %q\nstock: %q", answer[:n], ours, stock)
		}
	}
}
