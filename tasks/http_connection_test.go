package tasks_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// connCounter counts the connections of a server.
type connCounter struct {
	opened, open atomic.Int64
	closed       chan struct{} // gets one value for each closed connection
	gone         sync.WaitGroup
}

func (c *connCounter) serve(t testing.TB, f http.HandlerFunc) string {
	c.closed = make(chan struct{}, 1000)
	s := httptest.NewUnstartedServer(f)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			c.opened.Add(1)
			c.open.Add(1)
			c.gone.Add(1)
		case http.StateClosed:
			c.open.Add(-1)
			c.gone.Done()
			select {
			case c.closed <- struct{}{}:
			default: // nobody counts so many
			}
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s.URL
}

func ok(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") }

// Fifty users that send thousands of requests open fifty connections, and close them when
// they end.
func TestHTTPFiftyUsersOpenFiftyConnections(t *testing.T) {
	const users, requests = 50, 60
	var conns connCounter
	host := conns.serve(t, ok)
	var wg sync.WaitGroup
	for range users {
		wg.Go(func() {
			l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
				for range requests {
					if err := h.With(tasks.Named("/")).Get(ctx, "/").Err; err != nil {
						return err
					}
				}
				return nil
			})
			if len(l.samples) != requests || len(l.errs) != 0 {
				t.Errorf("%d requests recorded, exceptions %v", len(l.samples), l.errs)
			}
		})
	}
	wg.Wait()
	opened := conns.opened.Load()
	if opened != users {
		t.Errorf("%d connections opened, want %d", opened, users)
	}
	for range opened {
		<-conns.closed
	}
	if got := conns.open.Load(); got != 0 {
		t.Errorf("%d connections open after the users' end", got)
	}
}

func TestHTTPConnectionsAreKept(t *testing.T) {
	const requests = 10
	for _, tt := range []struct {
		name string
		opts []tasks.RequestOption
		body string
		code int
		kept bool
	}{
		{"by default", nil, "ok", 200, true},
		{"after failures", nil, "no", 500, true},
		{"after discarded bodies", []tasks.RequestOption{tasks.DiscardBody()}, "ok", 200, true},
		{"not without keep-alive", []tasks.RequestOption{tasks.NoKeepAlive()}, "ok", 200, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var conns connCounter
			host := conns.serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tt.code)
				fmt.Fprint(w, tt.body)
			})
			visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
				for range requests {
					h.Get(ctx, "/", tt.opts...)
				}
				return nil
			})
			got := conns.opened.Load()
			if tt.kept && got != 1 || !tt.kept && got != requests {
				t.Errorf("%d connections for %d requests", got, requests)
			}
		})
	}
}

func TestHTTPCloseIdleConnections(t *testing.T) {
	var conns connCounter
	visit(t, conns.serve(t, ok), func(ctx context.Context, h *tasks.HTTP) error {
		h.CloseIdleConnections() // nothing to close yet
		for range 3 {
			h.Get(ctx, "/")
			h.With().CloseIdleConnections()
			<-conns.closed
		}
		return nil
	})
	if got := conns.opened.Load(); got != 3 {
		t.Errorf("%d connections, want 3", got)
	}
}

// A user that works like a browser keeps a few connections, and not as many as it had.
func TestHTTPKeepsFewIdleConnections(t *testing.T) {
	const parallel, kept = 20, 6
	var conns connCounter
	var arrived sync.WaitGroup
	arrived.Add(parallel)
	host := conns.serve(t, func(http.ResponseWriter, *http.Request) {
		arrived.Done()
		arrived.Wait()
	})
	visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		get := func(ctx context.Context) error { return h.Get(ctx, "/").Err }
		var all []func(context.Context) error
		for range parallel {
			all = append(all, get)
		}
		err := tasks.Parallel(ctx, all...)
		for range parallel - kept {
			<-conns.closed
		}
		if got := conns.open.Load(); got != kept {
			t.Errorf("%d connections kept, want %d", got, kept)
		}
		return err
	})
}

// The Recorder is asked once for each name, as long as the names are few.
func TestHTTPKeepsEntries(t *testing.T) {
	l := visit(t, site(t).URL, func(ctx context.Context, h *tasks.HTTP) error {
		for i := range 10 {
			h.Get(ctx, fmt.Sprint("/", i%2))
			h.Head(ctx, "/0")
		}
		return nil
	})
	if len(l.names) != 3 || len(l.samples) != 20 {
		t.Errorf("entries %v, %d samples", l.names, len(l.samples))
	}
}

func TestHTTPEndlessNames(t *testing.T) {
	const names = 300
	l := visit(t, site(t).URL, func(ctx context.Context, h *tasks.HTTP) error {
		for range 2 {
			for i := range names {
				h.Get(ctx, "/", tasks.Named(fmt.Sprint(i)))
			}
		}
		return nil
	})
	for i, e := range l.entries {
		if want := fmt.Sprint("GET ", i%names); l.names[e] != want {
			t.Fatalf("request %d recorded as %q, want %q", i, l.names[e], want)
		}
	}
	if len(l.names) <= names {
		t.Errorf("%d look-ups: all names are kept", len(l.names))
	}
}
