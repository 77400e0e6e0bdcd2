package tasks_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// terse starts a server that costs next to nothing, so that a benchmark shows the client.
func terse(b *testing.B) string {
	const answer = okHead + "Server: terse\r\nDate: Mon, 02 Jan 2006 15:04:05 GMT\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
	return listen(b, func(c net.Conn) {
		in, out := bufio.NewReader(c), []byte(answer)
		for {
			switch line, err := in.ReadSlice('\n'); {
			case err != nil:
				return
			case bytes.Equal(line, []byte("\r\n")):
				if _, err := c.Write(out); err != nil {
					return
				}
			}
		}
	})
}

func bare(b *testing.B, host string) {
	c := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer c.CloseIdleConnections()
	b.ReportAllocs()
	for b.Loop() {
		res, err := c.Get(host + "/")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadAll(res.Body); err != nil {
			b.Fatal(err)
		}
		res.Body.Close()
	}
}

// BenchmarkGet compares a user's request, on both transports, with one of a bare http.Client.
func BenchmarkGet(b *testing.B) {
	host := terse(b)
	b.Run("bare", func(b *testing.B) { bare(b, host) })
	checked := []tasks.RequestOption{tasks.Named("/[id]"), tasks.Check(func(*tasks.Response) error { return nil })}
	for _, tt := range []struct {
		name   string
		client []tasks.RequestOption
		opts   []tasks.RequestOption
	}{
		{"stock", []tasks.RequestOption{tasks.HTTP2()}, nil},
		{"ours", nil, nil},
		{"ours-named-checked", nil, checked},
		{"ours-no-timeout", nil, []tasks.RequestOption{tasks.Timeout(0)}},
		{"ours-post", nil, []tasks.RequestOption{tasks.JSON(1)}},
	} {
		b.Run(tt.name, func(b *testing.B) {
			visit(b, host, func(ctx context.Context, h *tasks.HTTP) error {
				b.ReportAllocs()
				for b.Loop() {
					if err := h.Get(ctx, "/", tt.opts...).Err; err != nil {
						b.Error(err)
					}
				}
				return nil
			}, tt.client...)
		})
	}
}
