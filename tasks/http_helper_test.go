package tasks_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// An httpLog is a Recorder that remembers everything.
type httpLog struct {
	mu      sync.Mutex
	names   []string // by Entry
	entries []tasks.Entry
	samples []tasks.Sample
	cut     int
	errs    []string
}

func (l *httpLog) Entry(method, name string) tasks.Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.names = append(l.names, method+" "+name)
	return tasks.Entry(len(l.names) - 1)
}

func (l *httpLog) Record(e tasks.Entry, s tasks.Sample) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, e)
	l.samples = append(l.samples, s)
}

func (l *httpLog) Interrupt(tasks.Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut++
}

func (l *httpLog) onError(_ string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.errs = append(l.errs, err.Error())
}

// String lists the samples, and then the exceptions behind an exclamation mark.
func (l *httpLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var parts []string
	for i, s := range l.samples {
		text := "ok"
		if s.Err != nil {
			text = s.Err.Error()
		}
		parts = append(parts, fmt.Sprintf("%s: %s", l.names[l.entries[i]], text))
	}
	for _, e := range l.errs {
		parts = append(parts, "! "+e)
	}
	return strings.Join(parts, "; ")
}

type httpTask func(ctx context.Context, h *tasks.HTTP) error

// visit runs one user at host whose only task runs once, and returns what it recorded.
func visit(t testing.TB, host string, task httpTask, opts ...tasks.RequestOption) *httpLog {
	return visitUnder(t.Context(), host, task, opts...)
}

func visitUnder(ctx context.Context, host string, task httpTask, opts ...tasks.RequestOption) *httpLog {
	l := &httpLog{}
	c := tasks.UserClass{Name: "Visitor", Host: host, New: func(u *tasks.User) tasks.TaskSet {
		h := tasks.NewHTTP(u, opts...)
		return tasks.TaskSet{Sequential: true, Tasks: []tasks.Task{
			{Name: "task", Run: func(ctx context.Context) error { return task(ctx, h) }},
			{Name: "end", Run: func(context.Context) error { return tasks.StopUser }},
		}}
	}}
	c.Run(ctx, tasks.Driver{Recorder: l, OnError: l.onError})
	return l
}

// wantLog compares what was recorded.
func wantLog(t *testing.T, l *httpLog, want string) {
	t.Helper()
	if got := l.String(); got != want {
		t.Errorf("recorded %q, want %q", got, want)
	}
}

// serve starts a server with one handler for everything.
func serve(t testing.TB, f http.HandlerFunc) *httptest.Server {
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	return s
}

// site answers "/status/404" with that status, "/slow" never, "/json" with a document, and
// all else with "ok".
func site(t testing.TB) *httptest.Server {
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		var code int
		switch {
		case r.URL.Path == "/slow":
			<-r.Context().Done()
		case r.URL.Path == "/json":
			fmt.Fprint(w, `{"stock": 3}`)
		case parse(r.URL.Path, "/status/%d", &code):
			w.WriteHeader(code)
			fmt.Fprint(w, "<h1>an error page</h1>")
		default:
			fmt.Fprint(w, "ok")
		}
	})
}

func parse(s, format string, v any) bool {
	_, err := fmt.Sscanf(s, format, v)
	return err == nil
}
