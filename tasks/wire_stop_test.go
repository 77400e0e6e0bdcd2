package tasks_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// A server that does not read lets no large body through: writing it must end too.
func TestWireStopsWriting(t *testing.T) {
	large := make([]byte, 64<<20)
	for _, tt := range []struct {
		name string
		stop func(context.CancelFunc)
		opts []tasks.RequestOption
		want string
	}{
		{"cancel", func(cancel context.CancelFunc) { time.AfterFunc(20*time.Millisecond, cancel) }, nil, "POST /: context canceled"},
		{"timeout", func(context.CancelFunc) {}, []tasks.RequestOption{tasks.Timeout(20 * time.Millisecond)}, "POST /: timeout"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := visit(t, "http://"+deaf(t), func(ctx context.Context, h *tasks.HTTP) error {
				ctx, cancel := context.WithCancel(ctx)
				defer cancel()
				tt.stop(cancel)
				return h.Post(ctx, "/", append(tt.opts, tasks.Body("", large))...).Err
			})
			wantLog(t, l, tt.want)
		})
	}
}

// The deadline of one request is not that of the next on the same connection.
func TestWireDeadlinesDoNotStay(t *testing.T) {
	const limit = 2 * time.Second
	host := bytewise(t, func(c net.Conn, req *http.Request) bool {
		switch req.URL.Path {
		case "/slow":
			<-time.After(limit + limit/5)
		case "/never":
			<-t.Context().Done()
		}
		fmt.Fprint(c, okAnswer)
		return true
	})
	short, long, none := tasks.Timeout(limit), tasks.Timeout(time.Hour), tasks.Timeout(0)
	for _, tt := range []struct {
		name          string
		first, second tasks.RequestOption
		path, want    string
	}{
		{"short, then long", short, long, "/slow", "ok"},
		{"short, then none", short, none, "/slow", "ok"},
		{"long, then short", long, short, "/never", "timeout"},
		{"none, then short", none, short, "/never", "timeout"},
		{"short, then short", short, short, "/never", "timeout"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
				h.Get(ctx, "/", tt.first)
				return h.Get(ctx, tt.path, tt.second).Err
			})
			wantLog(t, l, "GET /: ok; GET "+tt.path+": "+tt.want)
		})
	}
}

// A context that ends after its request does no harm to the connection.
func TestWireContextsDoNotStay(t *testing.T) {
	var conns connCounter
	visit(t, conns.serve(t, ok), func(ctx context.Context, h *tasks.HTTP) error {
		for range 5 {
			own, cancel := context.WithCancel(ctx)
			if err := h.Get(own, "/").Err; err != nil {
				t.Error(err)
			}
			cancel()
		}
		return h.Get(ctx, "/").Err
	})
	if got := conns.opened.Load(); got != 1 {
		t.Errorf("%d connections, want 1", got)
	}
}

// A user that waits for an answer has no goroutine but its own, with a context of the test's
// as with the user's, and a forced stop wakes all of them.
func TestWireHasNoGoroutines(t *testing.T) {
	const users = 20
	arrived := make(chan struct{})
	host := bytewise(t, func(net.Conn, *http.Request) bool {
		arrived <- struct{}{}
		return true
	})
	ctx, cancel := context.WithCancel(t.Context())
	before := runtime.NumGoroutine()
	var all sync.WaitGroup
	for i := range users {
		all.Go(func() {
			l := visitUnder(ctx, host, func(ctx context.Context, h *tasks.HTTP) error {
				if i%2 == 0 {
					var end context.CancelFunc
					ctx, end = context.WithCancel(ctx)
					defer end()
				}
				return h.Get(ctx, "/").Err
			})
			if l.cut != 1 {
				t.Errorf("%d requests interrupted, want 1", l.cut)
			}
		})
	}
	for range users {
		<-arrived
	}
	want := before + 2*users // the server has one a connection
	if got := goroutines(want); got > want {
		t.Errorf("%d goroutines too many for %d users: %s", got-want, users, stacks())
	}
	cancel()
	all.Wait()
}

func stacks() string {
	b := make([]byte, 1<<20)
	return strings.TrimSpace(string(b[:runtime.Stack(b, true)]))
}

// A request under a context that has ended is not sent.
func TestWireSendsNothingThatIsCanceled(t *testing.T) {
	const requests = 100
	var heard atomic.Int64
	host := serve(t, func(http.ResponseWriter, *http.Request) { heard.Add(1) }).URL
	l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		for range requests {
			h.Get(ctx, "/")
			ended, cancel := context.WithCancel(ctx)
			cancel()
			h.Get(ended, "/")
		}
		return nil
	})
	wantLog(t, l, strings.Repeat("GET /: ok; GET /: context canceled; ", requests-1)+"GET /: ok; GET /: context canceled")
	if got := heard.Load(); got != requests {
		t.Errorf("%d requests sent, want %d", got, requests)
	}
}

// The last words of a user go over a new connection if the forced stop has closed its own.
func TestWireAfterAForcedStop(t *testing.T) {
	var conns connCounter
	ctx, cancel := context.WithCancel(t.Context())
	l := &httpLog{}
	c := tasks.UserClass{Name: "Polite", Host: conns.serve(t, ok), New: func(u *tasks.User) tasks.TaskSet {
		h := tasks.NewHTTP(u)
		return tasks.TaskSet{
			Tasks: []tasks.Task{{Name: "task", Run: func(ctx context.Context) error {
				defer func() { <-conns.closed }()
				defer cancel()
				return h.Get(ctx, "/").Err
			}}},
			OnStop: func(ctx context.Context) error { return h.Get(ctx, "/bye", tasks.Timeout(50*time.Second)).Err },
		}
	}}
	c.Run(ctx, tasks.Driver{Recorder: l, OnError: l.onError})
	wantLog(t, l, "GET /: ok; GET /bye: ok")
}
