package tasks_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// quiet is the error log of a server whose errors are wanted.
func quiet(testing.TB) *log.Logger { return log.New(io.Discard, "", 0) }

// scripted starts a server that reads the head of a request, sends answer and closes the
// connection.
func scripted(t testing.TB, answer string) string {
	return hijacked(t, func(c net.Conn) { _, _ = io.WriteString(c, answer) })
}

func hijacked(t testing.TB, f func(net.Conn)) string {
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		f(c)
	}).URL
}

// deaf accepts connections and says nothing.
func deaf(t testing.TB) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	return ln.Addr().String()
}

func closed(t testing.TB) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	return "http://" + ln.Addr().String()
}

// Equal failures have equal texts, whatever the port, the path and the content.
func TestHTTPFailureTexts(t *testing.T) {
	soon := tasks.Timeout(20 * time.Millisecond)
	redirect := func(to string) string {
		return scripted(t, "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "+to+"\r\n\r\n")
	}
	for _, tt := range []struct {
		name  string
		hosts [2]string
		opts  []tasks.RequestOption
		want  string
	}{
		{"refused", [2]string{closed(t), closed(t)}, nil, "dial: connection refused"},
		{"reset", [2]string{reset(t), reset(t)}, nil, "read: connection reset by peer"},
		{"end before the head", [2]string{scripted(t, ""), scripted(t, "")}, nil, "read: EOF"},
		{"end in the head", [2]string{scripted(t, "HTTP/1.1 200"), scripted(t, "HTTP/1.1 200 OK\r\nA: b\r\n")}, nil, "read: unexpected EOF"},
		{"end in the body", [2]string{
			scripted(t, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),
			scripted(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
		}, nil, "read: unexpected EOF"},
		{"broken chunk", [2]string{
			scripted(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
			scripted(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4x\r\n"),
		}, nil, "invalid byte in chunk length"},
		{"no HTTP", [2]string{scripted(t, "SSH-2.0-x\r\n\r\n"), scripted(t, "220-mail.example\r\n\r\n")}, nil, "malformed HTTP response"},
		{"bad status", [2]string{scripted(t, "HTTP/1.1 2x0 OK\r\n\r\n"), scripted(t, "HTTP/1.1 a b\r\n\r\n")}, nil, "malformed HTTP status code"},
		{"bad header", [2]string{scripted(t, "HTTP/1.1 200 OK\r\nId 1\r\n\r\n"), scripted(t, "HTTP/1.1 200 OK\r\nA: b\r\nId 22\r\n\r\n")}, nil, "malformed MIME header"},
		{"bad length", [2]string{scripted(t, "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), scripted(t, "HTTP/1.1 200 OK\r\nContent-Length: -17\r\n\r\n")}, nil, "bad Content-Length"},
		{"HTTP for HTTPS", [2]string{secured(scripted(t, "")), secured(scripted(t, "x"))}, nil, "http: server gave HTTP response to HTTPS client"},
		{"redirect nowhere", [2]string{redirect("ftp://a/b"), redirect("gopher://x/y")}, nil, "unsupported protocol scheme"},
		{"no connection in time", [2]string{closed(t), closed(t)}, []tasks.RequestOption{tasks.Timeout(time.Microsecond)}, "timeout"},
		{"no handshake in time", [2]string{"https://" + deaf(t), "https://" + deaf(t)}, []tasks.RequestOption{soon}, "timeout"},
		{"no head in time", [2]string{"http://" + deaf(t), "http://" + deaf(t)}, []tasks.RequestOption{soon}, "timeout"},
		{"no body in time", [2]string{stalled(t), stalled(t)}, []tasks.RequestOption{soon}, "timeout"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for i, host := range tt.hosts {
				l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
					return h.Get(ctx, fmt.Sprint("/?id=", i), append(tt.opts, tasks.Named("x"))...).Err
				})
				wantLog(t, l, "GET x: "+tt.want)
			}
		})
	}
}

func secured(host string) string { return strings.Replace(host, "http:", "https:", 1) }

func reset(t testing.TB) string {
	return hijacked(t, func(c net.Conn) {
		if err := c.(*net.TCPConn).SetLinger(0); err != nil {
			t.Error(err)
		}
	})
}

func stalled(t testing.TB) string {
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte("half"))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}).URL
}

// Errors that a test cannot provoke reach the client through a proxy function.
func TestHTTPFailureTextsOfErrors(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{&net.DNSError{Err: "no such host", Name: "a.example", Server: "10.0.0.1:53", IsNotFound: true}, "lookup: no such host"},
		{&net.DNSError{Err: "read udp 10.0.0.2:3456->10.0.0.1:53: i/o timeout", Name: "a.example", IsTimeout: true}, "lookup: timeout"},
		{&net.DNSError{Err: "read udp 10.0.0.2:3456->10.0.0.1:53: broken", Name: "a.example"}, "lookup: read udp address: broken"},
		{&net.OpError{Op: "proxyconnect", Err: &net.OpError{Op: "dial", Addr: &net.TCPAddr{Port: 4711}, Err: os.NewSyscallError("connect", syscall.ENETUNREACH)}}, "proxyconnect: dial: network is unreachable"},
		{&net.OpError{Op: "dial", Err: &net.AddrError{Err: "missing port in address", Addr: "h17"}}, "dial: missing port in address"},
		{fmt.Errorf("write: %w", syscall.EPIPE), "broken pipe"},
		{errors.New("http: server closed idle connection"), "read: EOF"},
		{errors.New("http2: server sent GOAWAY; LastStreamID=19, ErrCode=NO_ERROR, debug=\"x y\""), "http2: server sent GOAWAY; LastStreamID=N, ErrCode=NO_ERROR, debug="},
		{errors.New("stream error: stream ID 3; INTERNAL_ERROR"), "stream error: stream ID N; INTERNAL_ERROR"},
		{errors.New(`cannot reach http://10.1.2.3:80/x?y (from [::1]:4711, 10.0.0.2) with HTTP/1.1: "quoted \" text"`), "cannot reach URL (from address, address) with HTTP/1.1"},
		{errors.New(`"h17"`), "unknown error"},
		{errors.New(strings.Repeat("ä", 150)), strings.Repeat("ä", 100)},
	} {
		fail := tasks.Proxy(func(*http.Request) (*url.URL, error) { return nil, tt.err })
		l := visit(t, "http://127.0.0.1:1", func(ctx context.Context, h *tasks.HTTP) error {
			err := h.Get(ctx, "/").Err
			if !errors.Is(err, tt.err) {
				t.Errorf("%v does not wrap %v", err, tt.err)
			}
			return err
		}, fail)
		wantLog(t, l, "GET /: "+tt.want)
	}
}
