package tasks_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// heard starts a server that answers each request with its own bytes.
func heard(t testing.TB) string {
	return listen(t, func(c net.Conn) {
		var all bytes.Buffer
		req, err := http.ReadRequest(bufio.NewReader(io.TeeReader(c, &all)))
		if err == nil {
			_, err = io.Copy(io.Discard, req.Body)
		}
		if err != nil {
			fmt.Fprintf(&all, "\n%v", err)
		}
		fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", all.Len(), &all)
	})
}

// A change makes a plain request another one.
type change struct {
	name string
	f    func(*http.Request)
	want string // part of what is heard, or why there is nothing to hear
}

func TestWireParityOfRequests(t *testing.T) {
	wantHeard(t, []change{
		{"plain", func(*http.Request) {}, "GET /a?b HTTP/1.1\r\nHost: "},
		{"no path", func(r *http.Request) { r.URL.Path = "" }, "GET /?b HTTP/1.1"},
		{"relative path", func(r *http.Request) { r.URL.Path = "x y" }, "GET x%20y?b HTTP/1.1"},
		{"asterisk", func(r *http.Request) { r.Method, r.URL.Path, r.URL.RawQuery = "OPTIONS", "*", "" }, "OPTIONS * HTTP/1.1"},
		{"opaque", func(r *http.Request) { r.URL.Opaque = "//shop.invalid/x" }, "GET http://shop.invalid/x"},
		{"empty query", func(r *http.Request) { r.URL.RawQuery, r.URL.ForceQuery = "", true }, "GET /a? HTTP/1.1"},
		{"fragment", func(r *http.Request) { r.URL.Fragment = "end" }, "GET /a?b HTTP/1.1"},
		{"line break in the query", func(r *http.Request) { r.URL.RawQuery = "b\r\nX: y" }, "can't write control character"},
		{"high bytes", func(r *http.Request) { r.URL.Path, r.URL.RawQuery = "/\xff", "\xc3\xa4" }, "GET /%FF?\xc3\xa4 HTTP/1.1"},
		{"another host", func(r *http.Request) { r.Host = "shop.invalid:81" }, "Host: shop.invalid:81\r\n"},
		{"host with a zone", func(r *http.Request) { r.Host = "[fe80::1%en0]" }, "Host: [fe80::1]\r\n"},
		{"host outside ASCII", func(r *http.Request) { r.Host = "büro.invalid" }, "Host: xn--bro-hoa.invalid\r\n"},
		{"line break in the host", func(r *http.Request) { r.Host = "a\r\nX: y" }, "Host: \r\n"},
		{"header Host", func(r *http.Request) { r.Header.Set("Host", "shop.invalid") }, "Host: 127.0.0.1:"},
		{"line break in a value", func(r *http.Request) { r.Header.Set("X-A", "b\r\nX: y") }, "invalid header field value for"},
		{"line feed in a key", func(r *http.Request) { r.Header["X\nA"] = []string{"b"} }, "invalid header field name"},
		{"empty key", func(r *http.Request) { r.Header[""] = []string{"b"} }, "invalid header field name"},
		{"zero byte in a value", func(r *http.Request) { r.Header.Set("X-A", "\x00") }, "invalid header field value for"},
		{"space around a value", func(r *http.Request) { r.Header.Set("X-A", "\t b ") }, "X-A: b\r\n"},
		{"two values", func(r *http.Request) { r.Header["X-A"] = []string{"1", "2"} }, "X-A: 1\r\nX-A: 2\r\n"},
		{"keys that are not canonical", func(r *http.Request) { r.Header["x-a"], r.Header["content-length"] = []string{"1"}, []string{"0"} }, "content-length: 0\r\nx-a: 1\r\n"},
		{"no user agent", func(r *http.Request) { r.Header["User-Agent"] = nil }, ""},
		{"empty user agent", func(r *http.Request) { r.Header.Set("User-Agent", "") }, ""},
		{"user agent with spaces", func(r *http.Request) { r.Header.Set("User-Agent", " x ") }, "User-Agent: x\r\n"},
		{"cookie and authorization", func(r *http.Request) { r.Header.Set("Cookie", "a=b"); r.SetBasicAuth("me", "secret") }, "Cookie: a=b\r\n"},
		{"close", func(r *http.Request) { r.Close = true }, "Connection: close\r\n"},
		{"close twice", func(r *http.Request) { r.Close = true; r.Header.Set("Connection", "x, Close") }, "Connection: x, Close\r\n"},
		{"close and another", func(r *http.Request) { r.Close = true; r.Header.Set("Connection", "upgrade") }, "Connection: close\r\n"},
		{"transfer encoding as a header", func(r *http.Request) { r.Header.Set("Transfer-Encoding", "chunked") }, "GET /a"},
		{"length as a header", func(r *http.Request) { r.Header.Set("Content-Length", "5") }, "GET /a"},
		{"trailer as a header", func(r *http.Request) { r.Header.Set("Trailer", "X-A") }, "GET /a"},
		{"method in lower case", func(r *http.Request) { r.Method = "get" }, "get /a"},
		{"line break in the method", func(r *http.Request) { r.Method = "GET /\r\nX:" }, "invalid method"},
		{"no scheme that is known", func(r *http.Request) { r.URL.Scheme = "HTTP" }, "unsupported protocol scheme"},
		{"no host", func(r *http.Request) { r.URL.Host = "" }, "no Host in request URL"},
		{"only a port", func(r *http.Request) { r.Host, r.URL.Host = "", r.URL.Host[strings.IndexByte(r.URL.Host, ':'):] }, "Host: :"},
	})
}

func TestWireParityOfRequestBodies(t *testing.T) {
	wantHeard(t, []change{
		{"length without a body", func(r *http.Request) { r.ContentLength = 5 }, "ContentLength=N with nil Body"},
		{"unknown length without a body", func(r *http.Request) { r.ContentLength = -1 }, "with nil Body"},
		{"empty body", func(r *http.Request) { r.Method, r.Body = "POST", http.NoBody }, "Content-Length: 0\r\n"},
		{"POST without a body", func(r *http.Request) { r.Method = "POST" }, "Content-Length: 0\r\n"},
		{"GET with a body", func(r *http.Request) { sends(r, "GET", "abc", 3) }, "Content-Length: 3\r\n"},
		{"GET with a body of unknown length", func(r *http.Request) { sends(r, "GET", "abc", -1) }, "Transfer-Encoding: chunked\r\n"},
		{"GET with an empty body of unknown length", func(r *http.Request) { sends(r, "GET", "", -1) }, "GET /a"},
		{"POST with an empty body of unknown length", func(r *http.Request) { sends(r, "POST", "", 0) }, "Transfer-Encoding: chunked\r\n"},
		{"DELETE with a body of unknown length", func(r *http.Request) { sends(r, "DELETE", "abc", 0) }, "Transfer-Encoding: chunked\r\n"},
		{"identity", func(r *http.Request) { sends(r, "POST", "abc", 3); r.TransferEncoding = []string{"identity"} }, ""},
		{"chunked, with a length", func(r *http.Request) { sends(r, "POST", "abc", 3); r.TransferEncoding = []string{"chunked"} }, "Transfer-Encoding: chunked\r\n"},
		{"trailers", func(r *http.Request) { sends(r, "POST", "abc", -1); r.Trailer = http.Header{"X-Sum": {"6"}} }, "\r\n0\r\nX-Sum: 6\r\n\r\n"},
		{"trailer that must not be one", func(r *http.Request) { sends(r, "POST", "abc", -1); r.Trailer = http.Header{"Content-Length": {"6"}} }, "invalid Trailer key"},
	})
}

// wantHeard wants that what is sent is the same to the byte, and that what net/http refuses to
// send is refused.
func wantHeard(t *testing.T, cases []change) {
	t.Helper()
	host := heard(t)
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			ours := hears(t, host, tt.f)
			if stock := hears(t, host, tt.f, tasks.HTTP2()); ours != stock {
				t.Errorf("ours:  %q\nstock: %q", ours, stock)
			}
			if !strings.Contains(ours, tt.want) {
				t.Errorf("got %q, want %q in it", ours, tt.want)
			}
		})
	}
}

// sends gives r a body that is not known to be in memory.
func sends(r *http.Request, method, body string, length int64) {
	r.Method, r.ContentLength, r.Body = method, length, io.NopCloser(io.MultiReader(strings.NewReader(body)))
}

// hears returns what a server hears of a request, or why it hears nothing. (Of a request that
// net/http gives up while it writes, it sometimes says only that it has closed the connection.)
func hears(t *testing.T, host string, change func(*http.Request), opts ...tasks.RequestOption) (got string) {
	for range 100 {
		if got = hearsOnce(t, host, change, opts...); !strings.Contains(got, net.ErrClosed.Error()) {
			break
		}
	}
	return got
}

func hearsOnce(t *testing.T, host string, change func(*http.Request), opts ...tasks.RequestOption) (got string) {
	visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		u, err := url.Parse(host + "/a?b")
		if err != nil {
			return err
		}
		req := (&http.Request{Method: "GET", URL: u, Header: make(http.Header)}).WithContext(ctx)
		change(req)
		res, err := h.RoundTrip(req)
		got = outcome(res, err)
		return nil
	}, append(opts, tasks.Named("x"))...)
	return got
}
