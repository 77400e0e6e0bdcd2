package tasks_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// stops starts a server that reads the head of a request, says something, and then nothing
// until the client goes. It tells when it has come so far.
func stops(t *testing.T, says string, there chan<- struct{}) string {
	return listen(t, func(c net.Conn) {
		in := bufio.NewReader(c)
		if says != "" {
			if _, err := http.ReadRequest(in); err != nil {
				return
			}
			fmt.Fprint(c, says)
		} else if _, err := in.Peek(1); err != nil {
			return
		}
		there <- struct{}{}
		_, _ = io.Copy(io.Discard, c)
	})
}

// A request ends with its context, and in time, however far it has come.
func TestWireEndsInEachPhase(t *testing.T) {
	large := tasks.Body("", make([]byte, 1<<20))
	expects := []tasks.RequestOption{tasks.Header("Expect", "100-continue"), tasks.Body("", []byte("x"))}
	for _, tt := range []struct {
		name, scheme, says string
		opts               []tasks.RequestOption
	}{
		{"tunnel", "proxy", "", nil},
		{"head of the tunnel", "proxy", "HTTP/1.1 200 OK\r\n", nil},
		{"handshake in the tunnel", "proxy", "HTTP/1.1 200 OK\r\n\r\n", nil},
		{"handshake", "https", "", nil},
		{"no answer", "http", "", nil},
		{"early hints", "http", "HTTP/1.1 103 Early Hints\r\n\r\n", nil},
		{"in the head", "http", okHead + "A: ", nil},
		{"before the body", "http", okHead + "Content-Length: 2\r\n\r\n", nil},
		{"in the body", "http", okHead + "Content-Length: 2\r\n\r\no", nil},
		{"in a body without length", "http", okHead + "\r\no", nil},
		{"in a chunk", "http", chunkedHead + "\r\n2\r\no", nil},
		{"in the trailer", "http", chunkedHead + "\r\n0\r\nX-Sum: ", nil},
		{"in a body in gzip", "http", okHead + "Content-Encoding: gzip\r\n\r\n\x1f\x8b", nil},
		{"in a redirect", "http", "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 2\r\n\r\no", nil},
		{"after the upload", "http", "", []tasks.RequestOption{large}},
		{"in the body, after the upload", "http", okHead + "Content-Length: 2\r\n\r\no", []tasks.RequestOption{large}},
		{"no word to continue", "http", "", expects},
		{"a word to continue", "http", "HTTP/1.1 100 Continue\r\n\r\n", expects},
	} {
		for name, transport := range map[string]tasks.RequestOption{"ours": {}, "stock": tasks.HTTP2()} {
			t.Run(tt.name+", "+name, func(t *testing.T) {
				there := make(chan struct{}, 1)
				client := []tasks.RequestOption{transport}
				host := stops(t, tt.says, there)
				switch tt.scheme {
				case "https":
					host = secured(host)
				case "proxy":
					proxy, err := url.Parse(host)
					if err != nil {
						t.Fatal(err)
					}
					client, host = append(client, tasks.Proxy(http.ProxyURL(proxy))), "https://shop.invalid"
				}
				l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
					own, cancel := context.WithCancel(ctx)
					go func() { <-there; cancel() }()
					h.Post(own, "/", append(tt.opts, tasks.Timeout(0))...)
					return h.Post(ctx, "/", append(tt.opts, tasks.Timeout(50*time.Millisecond))...).Err
				}, client...)
				wantLog(t, l, "POST /: context canceled; POST /: timeout")
			})
		}
	}
}
