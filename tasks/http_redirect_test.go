package tasks_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// stairs redirects "/n" to "/n-1" down to "/0", each step taking pause.
func stairs(t testing.TB, pause time.Duration) string {
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		var n int
		parse(r.URL.Path, "/%d", &n)
		<-time.After(pause)
		if n > 0 {
			http.Redirect(w, r, fmt.Sprint("/", n-1), http.StatusFound)
			return
		}
		fmt.Fprint(w, "ground")
	}).URL
}

func TestHTTPRedirectsAreOneSample(t *testing.T) {
	const pause = 10 * time.Millisecond
	l := visit(t, stairs(t, pause), func(ctx context.Context, h *tasks.HTTP) error {
		res := h.Get(ctx, "/3")
		if res.StatusCode != 200 || res.URL.Path != "/0" || string(res.Body) != "ground" {
			t.Errorf("status %d of %v: %q", res.StatusCode, res.URL, res.Body)
		}
		return res.Err
	})
	wantLog(t, l, "GET /3: ok")
	if got := l.samples[0].Duration; got < 4*pause {
		t.Errorf("response time %v leaves out redirects", got)
	}
}

func TestHTTPRedirectLimit(t *testing.T) {
	l := visit(t, stairs(t, 0), func(ctx context.Context, h *tasks.HTTP) error {
		h.Get(ctx, "/30")
		return h.Get(ctx, "/31").Err
	})
	wantLog(t, l, "GET /30: ok; GET /31: too many redirects")
}

func TestHTTPNoRedirect(t *testing.T) {
	l := visit(t, stairs(t, 0), func(ctx context.Context, h *tasks.HTTP) error {
		res := h.Get(ctx, "/3", tasks.NoRedirect())
		if res.StatusCode != 302 || res.Header().Get("Location") != "/2" || res.URL.Path != "/3" {
			t.Errorf("status %d of %v to %q", res.StatusCode, res.URL, res.Header().Get("Location"))
		}
		return h.Get(ctx, "/3", tasks.NoRedirect(), tasks.Status(200)).Err
	})
	wantLog(t, l, "GET /3: ok; GET /3: status 302")
}

// 307 and 308 repeat the method and the body.
func TestHTTPRedirectRepeatsTheBody(t *testing.T) {
	host := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/new", http.StatusPermanentRedirect)
			return
		}
		fmt.Fprintf(w, "%s %s", r.Method, b)
	}).URL
	visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		if got := string(h.Post(ctx, "/old", tasks.Form(url.Values{"a": {"b"}})).Body); got != "POST a=b" {
			t.Errorf("got %q", got)
		}
		return nil
	})
}
