package tasks_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// club greets a visitor by the cookie that "/login" has set.
func club(t testing.TB) string {
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/login" {
			http.SetCookie(w, &http.Cookie{Name: "member", Value: r.URL.RawQuery, Path: "/"})
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		}
		var names []string
		for _, c := range r.Cookies() {
			names = append(names, c.Name+"="+c.Value)
		}
		fmt.Fprint(w, strings.Join(names, " "))
	}).URL
}

func TestHTTPCookiesAreTheUsersOwn(t *testing.T) {
	host := club(t)
	visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		visit(t, host, func(ctx context.Context, other *tasks.HTTP) error {
			h.Get(ctx, "/login?ann")
			other.Get(ctx, "/login?bob")
			for _, tt := range []struct {
				client *tasks.HTTP
				want   string
			}{{h, "member=ann"}, {other, "member=bob"}, {h.With(tasks.Named("x")), "member=ann"}} {
				if got := string(tt.client.Get(ctx, "/").Body); got != tt.want {
					t.Errorf("cookies %q, want %q", got, tt.want)
				}
			}
			return nil
		})
		return nil
	})
}

func TestHTTPCookies(t *testing.T) {
	visit(t, club(t), func(ctx context.Context, h *tasks.HTTP) error {
		if got := h.Cookies("/"); len(got) != 0 {
			t.Errorf("a new visitor has cookies %v", got)
		}
		if err := h.SetCookies("/", &http.Cookie{Name: "a", Value: "1"}); err != nil {
			t.Error(err)
		}
		if got := string(h.Get(ctx, "/login?ann").Body); got != "a=1 member=ann" {
			t.Errorf("cookies sent %q", got)
		}
		if got := h.Cookies("/"); len(got) != 2 || got[1].Name != "member" {
			t.Errorf("cookies %v", got)
		}
		h.With().ClearCookies()
		if got := string(h.Get(ctx, "/").Body); got != "" {
			t.Errorf("cookies %q after ClearCookies", got)
		}
		return nil
	})
}

func TestHTTPCookiesOfABadPath(t *testing.T) {
	visit(t, "", func(_ context.Context, h *tasks.HTTP) error {
		if err := h.SetCookies("/", &http.Cookie{Name: "a"}); err == nil || !strings.Contains(err.Error(), "--host") {
			t.Errorf("error %v", err)
		}
		if err := h.SetCookies("http://%zz", &http.Cookie{Name: "a"}); err == nil {
			t.Error("no error for a bad URL")
		}
		if got := h.Cookies("/"); got != nil {
			t.Errorf("cookies %v", got)
		}
		return nil
	})
}

func TestHTTPResponseCookies(t *testing.T) {
	visit(t, club(t), func(ctx context.Context, h *tasks.HTTP) error {
		got := h.Get(ctx, "/login?ann", tasks.NoRedirect()).Cookies()
		if len(got) != 1 || got[0].Value != "ann" {
			t.Errorf("cookies %v", got)
		}
		return nil
	})
}
