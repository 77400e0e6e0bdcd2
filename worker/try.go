package worker

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/hopperband/hopperband/tasks"
)

// shownBody is how much of a body is printed, in bytes.
const shownBody = 2 << 10

// A try prints what one user does. Its methods are called by the user, from several
// goroutines if that has several.
type try struct {
	out   io.Writer
	class *tasks.UserClass
	cfg   Config

	mu       sync.Mutex
	requests int
	failures int
}

func (t *try) print(format string, args ...any) {
	fmt.Fprintf(t.out, format, args...)
}

func (t *try) fail(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failures++
	t.print(format, args...)
}

// task is told which task begins.
func (t *try) task(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.print("task %s\n", name)
}

func (t *try) request(ctx context.Context, r tasks.Request) {
	if f := t.cfg.OnRequest; f != nil {
		f(ctx, r)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests++
	t.print("  %s\n", heading(r))
	if r.Err != nil {
		t.failures++
		t.print("    FAILED: %v\n", r.Err)
	}
	if r.Response != nil && r.Response.StatusCode != 0 {
		t.print("%s%s", headers(r.Response.Header()), body(r.Response.Body))
	}
}

// heading is a request in one line: with the URL that gave the answer, where there is one.
func heading(r tasks.Request) string {
	if r.Response == nil || r.Response.URL == nil {
		return fmt.Sprintf("%s %s: %s, %d bytes", r.Method, r.Name, took(r.Duration), r.Length)
	}
	name := ""
	if u := r.Response.URL; r.Name != u.RequestURI() && r.Name != u.String() {
		name = " (" + r.Name + ")"
	}
	status := "no answer"
	if code := r.Response.StatusCode; code != 0 {
		status = strings.TrimSpace(fmt.Sprint(code, " ", http.StatusText(code)))
	}
	return fmt.Sprintf("%s %s%s: %s, %s, %d bytes", r.Method, r.Response.URL.Redacted(), name, status, took(r.Duration), r.Length)
}

func headers(h http.Header) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, v := range h[name] {
			fmt.Fprintf(&b, "    %s: %s\n", name, v)
		}
	}
	return b.String()
}

// body is the beginning of a body, if that is text.
func body(content []byte) string {
	shown := content[:min(len(content), shownBody)]
	for cut := 0; len(shown) < len(content) && cut < utf8.UTFMax && !utf8.Valid(shown); cut++ {
		shown = shown[:len(shown)-1] // a character was cut in two
	}
	switch {
	case len(content) == 0:
		return ""
	case !utf8.Valid(shown) || strings.ContainsRune(string(shown), 0):
		return fmt.Sprintf("\n    (%d bytes that are no text)\n\n", len(content))
	}
	text := "\n    " + strings.ReplaceAll(strings.TrimRight(string(shown), "\n"), "\n", "\n    ") + "\n"
	if more := len(content) - len(shown); more > 0 {
		text += fmt.Sprintf("    (and %d bytes more)\n", more)
	}
	return text + "\n"
}

func (t *try) exception(task string, err error) {
	_, traceback := describe(t.class.Name, task, err)
	t.fail("  EXCEPTION in %s\n", strings.TrimRight(strings.ReplaceAll(traceback, "\n", "\n    "), "\n "))
}

func (t *try) sum() {
	t.print("%s: %d requests, %d failures and exceptions\n", t.class.Name, t.requests, t.failures)
}
