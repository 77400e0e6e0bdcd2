package tasks_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hopperband/hopperband/tasks"
)

// Whatever an error says, its text as a failure is there, short, valid UTF-8, and without
// quotations and URLs.
func FuzzHTTPFailureText(f *testing.F) {
	for _, text := range []string{"", `"`, `a "b\" c" d`, `\`, `x "\`, "(http://h:1/x).", "10.0.0.1:80->10.0.0.2:90", "id=17,", "\xff", strings.Repeat("ä", 150)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fail := tasks.Proxy(func(*http.Request) (*url.URL, error) { return nil, errors.New(text) })
		l := visit(t, "http://127.0.0.1:1", func(ctx context.Context, h *tasks.HTTP) error { return h.Get(ctx, "/").Err }, fail)
		got := l.samples[0].Err.Error()
		if got == "" || len(got) > 200 || !utf8.ValidString(got) || strings.Contains(got, `"`) || strings.Contains(got, "://") {
			t.Errorf("error %q gives the failure %q", text, got)
		}
	})
}
