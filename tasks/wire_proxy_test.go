package tasks_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// What a proxy says instead of opening a tunnel fails the request alike for both transports.
func TestWireTunnelsRefused(t *testing.T) {
	for answer, want := range map[string]string{
		"HTTP/1.1 407\r\n\r\n":                      "unknown status code",
		"HTTP/1.1 502 Bad Gateway 17\r\n\r\n":       "Bad Gateway N",
		"HTTP/1.1 200\r\nContent-Length: x\r\n\r\n": "bad Content-Length",
		"SSH-2.0-x\r\n\r\n":                         "malformed HTTP response",
		"HTTP/1.1 200 O":                            "read: unexpected EOF",
		"":                                          "read: unexpected EOF",
	} {
		proxy, err := url.Parse(listen(t, func(c net.Conn) {
			if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
				fmt.Fprint(c, answer)
			}
		}))
		if err != nil {
			t.Fatal(err)
		}
		for _, transport := range []tasks.RequestOption{{}, tasks.HTTP2()} {
			l := visit(t, "https://shop.invalid", func(ctx context.Context, h *tasks.HTTP) error {
				return h.Get(ctx, "/").Err
			}, tasks.Proxy(http.ProxyURL(proxy)), transport)
			wantLog(t, l, "GET /: "+want)
		}
	}
}
