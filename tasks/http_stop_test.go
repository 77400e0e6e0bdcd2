package tasks_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

func TestHTTPOwnDeadlineIsAFailure(t *testing.T) {
	const d = 20 * time.Millisecond
	for _, tt := range []struct {
		name string
		ctx  func(context.Context) (context.Context, context.CancelFunc)
		opts []tasks.RequestOption
		want string
	}{
		{"deadline", func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, d)
		}, nil, "GET /slow: context deadline exceeded"},
		{"cancel", func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(d, cancel)
			return ctx, cancel
		}, nil, "GET /slow: context canceled"},
		{"cancel with a cause", func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancelCause(ctx)
			time.AfterFunc(d, func() { cancel(errors.New("visitor 17 has left")) })
			return ctx, func() { cancel(nil) }
		}, nil, "GET /slow: context canceled"},
		{"timeout", context.WithCancel, []tasks.RequestOption{tasks.Timeout(d)}, "GET /slow: timeout"},
		{"later deadline than the timeout", func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Hour)
		}, []tasks.RequestOption{tasks.Timeout(d)}, "GET /slow: timeout"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := visit(t, site(t).URL, func(ctx context.Context, h *tasks.HTTP) error {
				ctx, cancel := tt.ctx(ctx)
				defer cancel()
				return h.Get(ctx, "/slow", tt.opts...).Err
			})
			wantLog(t, l, tt.want)
			if got := l.samples[0].Duration; got < d {
				t.Errorf("response time %v, want at least %v", got, d)
			}
		})
	}
}

func TestHTTPForcedStopInterrupts(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	host := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}).URL
	l := visitUnder(ctx, host, func(ctx context.Context, h *tasks.HTTP) error {
		return h.Get(ctx, "/slow").Err
	})
	wantLog(t, l, "")
	if l.cut != 1 {
		t.Errorf("%d requests interrupted, want 1", l.cut)
	}
}

// A user that ignores errors in a loop does not outlive its forced stop.
func TestHTTPForcedStopEndsADeafTask(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	host := serve(t, func(http.ResponseWriter, *http.Request) { cancel() }).URL
	l := &httpLog{}
	c := tasks.UserClass{Name: "Deaf", Host: host, New: func(u *tasks.User) tasks.TaskSet {
		h := tasks.NewHTTP(u)
		return tasks.TaskSet{Tasks: []tasks.Task{{Name: "task", Run: func(ctx context.Context) error {
			for {
				h.Get(ctx, "/")
			}
		}}}}
	}}
	ended := make(chan struct{})
	go func() {
		defer close(ended) // the goroutine does not return: it is ended by runtime.Goexit
		c.Run(ctx, tasks.Driver{Recorder: l})
	}()
	<-ended
	if l.cut != 100 {
		t.Errorf("%d requests interrupted, want 100", l.cut)
	}
}

// The default timeout is 60 s; Timeout changes it; 0 sets none; the user's is the earlier one.
func TestHTTPTimeout(t *testing.T) {
	for _, tt := range []struct {
		opts []tasks.RequestOption
		want time.Duration
	}{
		{nil, time.Minute},
		{[]tasks.RequestOption{tasks.Timeout(time.Hour)}, time.Hour},
		{[]tasks.RequestOption{tasks.Timeout(0)}, 0},
	} {
		var end time.Time
		look := tasks.Proxy(proxyNone(func(r *http.Request) { end, _ = r.Context().Deadline() }))
		start := time.Now()
		visit(t, site(t).URL, func(ctx context.Context, h *tasks.HTTP) error {
			return h.Get(ctx, "/", tt.opts...).Err
		}, look)
		switch got := end.Sub(start); {
		case tt.want == 0 && !end.IsZero():
			t.Errorf("deadline after %v, want none", got)
		case tt.want > 0 && (got < tt.want || got > tt.want+10*time.Second):
			t.Errorf("deadline after %v, want %v", got, tt.want)
		}
	}
}
