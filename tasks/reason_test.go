package tasks_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

func TestReasonOf(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{nil, "other"},
		{errors.New("too old"), "other"},
		{context.DeadlineExceeded, "timeout"},
		{os.ErrDeadlineExceeded, "timeout"},
		{context.Canceled, "canceled"},
		{&net.DNSError{IsTimeout: true}, "dns"},
		{&net.OpError{Op: "dial", Err: syscall.EHOSTUNREACH}, "connect"},
		{&net.OpError{Op: "dial", Err: syscall.ETIMEDOUT}, "timeout"},
		{&net.OpError{Op: "read", Err: syscall.ECONNRESET}, "reset"},
		{&net.OpError{Op: "write", Err: syscall.EPIPE}, "reset"},
		{x509.UnknownAuthorityError{}, "tls"},
		{errors.New("tls: bad record"), "tls"},
		{io.ErrUnexpectedEOF, "eof"},
		{&tasks.PanicError{Value: 1}, "panic"},
		{fmt.Errorf("wrapped: %w", &tasks.RequestError{Err: syscall.ECONNREFUSED}), "connect"},
	} {
		if got := tasks.ReasonOf(tt.err).String(); got != tt.want {
			t.Errorf("%T %v: %s, want %s", tt.err, tt.err, got, tt.want)
		}
	}
	if tasks.Reasons.String() != "other" {
		t.Errorf("no reason: %v", tasks.Reasons)
	}
}

// What real requests fail with.
func TestReasonsOfRequests(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/404", http.NotFound)
	mux.HandleFunc("/500", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
	mux.HandleFunc("/302", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/302", http.StatusFound) })
	mux.HandleFunc("/ok", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/hang", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("/garbage", func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_, _ = io.WriteString(c, "what?\r\n\r\n")
			_ = c.Close()
		}
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	failing := func(*tasks.Response) error { return errors.New("no") }
	for name, tt := range map[string]struct {
		path string
		opts []tasks.RequestOption
		want tasks.Reason
	}{
		"status 404":     {"/404", nil, tasks.ReasonStatus4xx},
		"status 500":     {"/500", nil, tasks.ReasonStatus5xx},
		"another status": {"/ok", []tasks.RequestOption{tasks.Status(201)}, tasks.ReasonStatusOther},
		"redirects":      {"/302", nil, tasks.ReasonProtocol},
		"check":          {"/ok", []tasks.RequestOption{tasks.Check(failing)}, tasks.ReasonCheck},
		"panic":          {"/ok", []tasks.RequestOption{tasks.Check(func(*tasks.Response) error { panic("oh") })}, tasks.ReasonPanic},
		"timeout":        {"/hang", []tasks.RequestOption{tasks.Timeout(20 * time.Millisecond)}, tasks.ReasonTimeout},
		"cut":            {"/cut", nil, tasks.ReasonEOF},
		"garbage":        {"/garbage", nil, tasks.ReasonProtocol},
		"refused":        {"http://127.0.0.1:1/", nil, tasks.ReasonConnect},
		"no such host":   {"http://nowhere.invalid/", nil, tasks.ReasonDNS},
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			c := fixed(tasks.TaskSet{Tasks: []tasks.Task{{Name: "x", Run: func(context.Context) error { return tasks.StopUser }}}})
			c.New = func(u *tasks.User) tasks.TaskSet {
				client := tasks.NewHTTP(u)
				return tasks.TaskSet{Tasks: []tasks.Task{{Name: "x", Run: func(ctx context.Context) error {
					err = client.Get(ctx, tt.path, tt.opts...).Err
					return tasks.StopUser
				}}}}
			}
			c.Host = server.URL
			c.Run(t.Context(), tasks.Driver{})
			if got := tasks.ReasonOf(err); err == nil || got != tt.want {
				t.Errorf("%v: %v, want %v", err, got, tt.want)
			}
		})
	}
}
