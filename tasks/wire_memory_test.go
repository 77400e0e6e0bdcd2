package tasks_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// BenchmarkConnectedUser is the memory of a user that has got something and keeps its
// connection, its goroutine included, beyond what a bare connection takes, and both ends of
// such a one.
func BenchmarkConnectedUser(b *testing.B) {
	const n = 500
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	secured := httptest.NewTLSServer(http.NotFoundHandler())
	defer secured.Close()
	for _, host := range []string{plain.URL, secured.URL} {
		scheme, addr, _ := strings.Cut(host, "://")
		b.Run(scheme, func(b *testing.B) {
			for b.Loop() {
				bare := heldBy(func(up, down *sync.WaitGroup, end chan struct{}) {
					for range n {
						down.Go(func() { hold(b, addr, scheme == "https", up, end) })
					}
				}, n)
				users := heldBy(func(up, down *sync.WaitGroup, end chan struct{}) {
					for range n {
						down.Go(func() { stay(b.Context(), host, up, end) })
					}
				}, n)
				b.ReportMetric(bare/n, "B/bare")
				b.ReportMetric((users-bare)/n, "B/user")
			}
		})
	}
}

// heldBy returns the bytes that n goroutines hold once they are all up.
func heldBy(start func(up, down *sync.WaitGroup, end chan struct{}), n int) float64 {
	var up, down sync.WaitGroup
	end := make(chan struct{})
	up.Add(n)
	before := memory()
	start(&up, &down, end)
	up.Wait()
	held := memory() - before
	close(end)
	down.Wait()
	return float64(held)
}

// stay is a user that gets something and stays until end.
func stay(ctx context.Context, host string, up *sync.WaitGroup, end chan struct{}) {
	visitUnder(ctx, host, func(ctx context.Context, h *tasks.HTTP) error {
		err := h.Get(ctx, "/", tasks.Status(http.StatusNotFound)).Err
		up.Done()
		<-end
		return err
	}, tasks.TLS(&tls.Config{InsecureSkipVerify: true}))
}

// hold opens a connection, uses it once, and keeps it until end.
func hold(b *testing.B, addr string, secure bool, up *sync.WaitGroup, end chan struct{}) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		b.Error(err)
		up.Done()
		return
	}
	defer c.Close()
	defer func() { up.Done(); <-end }()
	if secure {
		c = tls.Client(c, &tls.Config{InsecureSkipVerify: true})
	}
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		b.Error(err)
	}
	if _, err := c.Read(make([]byte, 512)); err != nil {
		b.Error(err)
	}
}
