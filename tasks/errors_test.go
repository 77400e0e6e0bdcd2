package tasks_test

import (
	"context"
	"errors"
	"net/url"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// An odd is an error of which a nil pointer cannot tell its text.
type odd struct{ text string }

func (o *odd) Error() string { return o.text }

// A nil pointer in an error is a bug of the user's code like any other: an exception, and
// the user goes on.
func TestNilPointersInErrors(t *testing.T) {
	for name, tt := range map[string]struct {
		err       error
		exception string
	}{
		"looked into":  {(*url.Error)(nil), "once: panic: runtime error: invalid memory address or nil pointer dereference"},
		"a request's":  {(*tasks.RequestError)(nil), "once: panic: runtime error: invalid memory address or nil pointer dereference"},
		"without text": {(*odd)(nil), "once: <nil>"},
		"joined":       {errors.Join(tasks.StopUser, (*url.Error)(nil)), "once: panic: runtime error: invalid memory address or nil pointer dereference"},
	} {
		t.Run(name, func(t *testing.T) {
			j := &journal{}
			once(t.Context(), j.driver(), func(context.Context, *tasks.User) error { return tt.err })
			j.expect(t, "", tt.exception)
			j = &journal{}
			once(t.Context(), j.driver(), func(ctx context.Context, u *tasks.User) error {
				_ = u.Measure(ctx, "GET", "/", func(context.Context) error { return tt.err })
				j.add("on")
				return nil
			})
			if last := j.lines[len(j.lines)-1]; len(j.lines) != 2 || last != "on" {
				t.Errorf("measured: %q", j.lines)
			}
		})
	}
}
