package tasks_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// A parity is a behaviour of a server that both transports must see alike.
type parity struct {
	name   string
	method string // GET if empty
	body   string // of the request
	answer string
	stays  bool   // the server keeps the connection open after its answer
	more   bool   // it says more than it should, and net/http may take that for the next answer
	want   string // part of the first outcome, so that two equal mistakes are none
}

// listen starts a server that hands each connection to f.
func listen(t testing.TB, f func(net.Conn)) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() { defer c.Close(); f(c) }()
		}
	}()
	return "http://" + ln.Addr().String()
}

// bytewise starts a server that reads requests in full and answers each with f, as long as
// that says that the connection stays.
func bytewise(t testing.TB, f func(c net.Conn, req *http.Request) (stays bool)) string {
	return listen(t, func(c net.Conn) { converse(c, f) })
}

func converse(c net.Conn, f func(net.Conn, *http.Request) bool) {
	in := bufio.NewReader(c)
	for {
		req, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return
		}
		if !f(c, req) {
			return
		}
	}
}

// outcomes sends a request twice and says what came of it.
func outcomes(t *testing.T, host, method, body string, opts ...tasks.RequestOption) []string {
	t.Helper()
	var all []string
	visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		for range 2 {
			req, err := http.NewRequestWithContext(ctx, method, host+"/", strings.NewReader(body))
			if err != nil {
				return err
			}
			res, err := h.RoundTrip(req)
			all = append(all, outcome(res, err))
		}
		return nil
	}, append(opts, tasks.Named("x"))...)
	return all
}

func outcome(res *http.Response, err error) string {
	if err != nil {
		return err.Error()
	}
	b, err := io.ReadAll(res.Body)
	var out strings.Builder
	fmt.Fprintf(&out, "%s %q %d.%d length=%d te=%v close=%v", res.Proto, res.Status, res.ProtoMajor, res.ProtoMinor,
		res.ContentLength, res.TransferEncoding, res.Close)
	for _, key := range slices.Sorted(maps.Keys(res.Header)) {
		fmt.Fprintf(&out, " %s=%q", key, res.Header[key])
	}
	for _, key := range slices.Sorted(maps.Keys(res.Trailer)) {
		fmt.Fprintf(&out, " trailer %s=%q", key, res.Trailer[key])
	}
	fmt.Fprintf(&out, " <%s> %v", b, err)
	return out.String()
}

// wantParity runs each case through both transports. (HTTP2 asks for net/http's, which speaks
// HTTP/1.1 without TLS.)
func wantParity(t *testing.T, cases []parity) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			if tt.method == "" {
				tt.method = http.MethodGet
			}
			host := bytewise(t, func(c net.Conn, _ *http.Request) bool {
				fmt.Fprint(c, tt.answer)
				return tt.stays
			})
			ours := outcomes(t, host, tt.method, tt.body)
			stock := outcomes(t, host, tt.method, tt.body, tasks.HTTP2(), tasks.Timeout(30*time.Second))
			if tt.more {
				stock[1] = stock[0]
			}
			if !slices.Equal(ours, stock) {
				t.Errorf("ours:  %q\nstock: %q", ours, stock)
			}
			if !strings.Contains(ours[0], tt.want) {
				t.Errorf("got %q, want %q in it", ours[0], tt.want)
			}
		})
	}
}
