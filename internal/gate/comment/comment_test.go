package comment_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/ci"
	"github.com/hopperband/hopperband/internal/gate/comment"
)

func open(t *testing.T, at ci.Forge, secret string) *comment.Client {
	t.Helper()
	c, err := comment.NewClient(at, secret, "")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func both(t *testing.T, test func(t *testing.T, f *forge)) {
	for _, kind := range []string{ci.GitHub, ci.GitLab} {
		t.Run(kind, func(t *testing.T) { test(t, newForge(t, kind)) })
	}
}

// Created once, written anew by later runs, found behind pages of others; a second gate has
// a comment of its own.
func TestPut(t *testing.T) {
	both(t, func(t *testing.T, f *forge) {
		f.fill(250)
		c := open(t, f.at(), token)
		shop := comment.Comment{Name: "shop", Markdown: "PASS"}
		for _, test := range []struct {
			comment comment.Comment
			dry     bool
			created bool
			want    string
		}{
			{shop, true, true, ""},
			{shop, false, true, "PASS"},
			{comment.Comment{Name: "shop", Markdown: "FAIL"}, true, false, "PASS"},
			{comment.Comment{Name: "shop", Markdown: "FAIL"}, false, false, "FAIL"},
			{comment.Comment{Name: "shop --> two", Markdown: "INVALID"}, false, true, "FAIL,INVALID"},
			{shop, false, false, "PASS,INVALID"},
		} {
			done, err := c.Put(t.Context(), "7", test.comment, test.dry)
			if err != nil || done.Created != test.created || done.Request != "7" || (done.ID == 0) != (test.dry && test.created) {
				t.Errorf("%+v: %+v, %v", test, done, err)
			}
			var seen []string
			for _, body := range f.ours() {
				marker, text, _ := strings.Cut(body, "\n")
				if !strings.HasSuffix(marker, " -->") || strings.Count(marker, "-->") != 1 {
					t.Errorf("marker %q", marker)
				}
				seen = append(seen, strings.TrimSpace(text))
			}
			if got := strings.Join(seen, ","); got != test.want {
				t.Errorf("%+v: the comments are %s, want %s", test, got, test.want)
			}
		}
	})
}

func TestRequest(t *testing.T) {
	both(t, func(t *testing.T, f *forge) {
		c := open(t, f.at(), token)
		for _, requests := range []string{
			`[]`, `[{"number": 4, "iid": 4, "state": "closed"}, {"number": 5, "iid": 5, "state": "merged"}]`,
		} {
			f.requests = requests
			if _, err := c.Request(t.Context(), "abc"); !errors.Is(err, comment.ErrNoRequest) {
				t.Errorf("%s: %v", requests, err)
			}
		}
		f.requests = map[string]string{
			ci.GitHub: `[{"number": 4, "state": "closed"}, {"number": 7, "state": "open"}]`,
			ci.GitLab: `[{"id": 900, "iid": 4, "state": "merged"}, {"id": 901, "iid": 7, "state": "opened"}]`,
		}[f.kind]
		if number, err := c.Request(t.Context(), "abc"); number != "7" || err != nil {
			t.Errorf("request %q, %v", number, err)
		}
		if _, err := c.Request(t.Context(), ""); !errors.Is(err, comment.ErrNoRequest) {
			t.Errorf("no commit: %v", err)
		}
	})
}

// Each refusal is one clear error; what may come right is tried again, as often and as late
// as the forge wants it, but not for ever.
func TestRefusals(t *testing.T) {
	const again = "Retry-After"
	limited := refusal{429, map[string]string{again: "0"}, `{"message": "slow down"}`}
	for name, test := range map[string]struct {
		refusals []refusal
		want     string // "" is no error
		calls    int
	}{
		"401":                       {[]refusal{{401, nil, `{"message": "Bad credentials"}`}}, "the token is not accepted", 1},
		"403":                       {[]refusal{{403, nil, `{"message": "Resource not accessible by integration"}`}}, "needs the right to write comments", 1},
		"404":                       {[]refusal{{404, nil, `{"message": "Not Found"}`}}, "no such repository or request", 1},
		"429 once":                  {[]refusal{limited}, "", 3},
		"429 as a date":             {[]refusal{{429, map[string]string{again: "Mon, 02 Jan 2006 15:04:05 GMT"}, ""}}, "", 3},
		"429 for ever":              {[]refusal{limited, limited, limited, limited, limited}, "too many requests", 4},
		"429 for an hour":           {[]refusal{{429, map[string]string{again: "3600"}, ""}}, "again possible after 1h0m0s", 1},
		"429 for centuries":         {[]refusal{{429, map[string]string{again: "18446744074"}, ""}}, "again possible after", 1},
		"403 that is a limit":       {[]refusal{{403, map[string]string{again: "0"}, `{"message": "secondary rate limit"}`}}, "", 3},
		"403 with nothing left":     {[]refusal{{403, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}, ""}}, "", 3},
		"an answer that is cut off": {[]refusal{{200, map[string]string{"Content-Length": "100"}, `[`}}, "", 3},
		"502":                       {[]refusal{{502, map[string]string{again: "0"}, "<html>"}}, "", 3},
		"another address":           {[]refusal{{301, map[string]string{"Location": "http://127.0.0.1:1/"}, ""}}, "moved to another address", 1},
		"a page":                    {[]refusal{{200, nil, "<html>Sign in</html>"}}, "none of the API", 1},
		"an answer of another kind": {[]refusal{{200, nil, `{"a": 1}`}}, "none of the API", 1},
	} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, f *forge) {
				f.refusals = test.refusals
				_, err := open(t, f.at(), token).Put(t.Context(), "7", comment.Comment{Name: "shop", Markdown: "PASS"}, false)
				switch {
				case test.want == "" && err != nil:
					t.Errorf("%v", err)
				case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
					t.Errorf("%v, want %q", err, test.want)
				}
				want := test.calls
				if test.want == "" {
					want = len(test.refusals) + 2
				}
				if len(f.calls) != want {
					t.Errorf("%d calls, want %d: %q", len(f.calls), want, f.calls)
				}
			})
		})
	}
}

// Somebody who copies the marker keeps their comment, and the gate has its own all the same.
func TestPutBesideACopy(t *testing.T) {
	both(t, func(t *testing.T, f *forge) {
		shop := comment.Comment{Name: "shop", Markdown: "PASS"}
		f.notes = append(f.notes, map[string]any{"id": 1, "body": shop.Marker() + "\nmine", "foreign": true})
		for n, created := range []bool{true, false, false} {
			shop.Markdown = fmt.Sprint("run ", n)
			done, err := open(t, f.at(), token).Put(t.Context(), "7", shop, false)
			if ours := f.ours(); err != nil || done.Created != created || done.ID != 1001 || len(ours) != 2 || ours[1] != shop.Body() {
				t.Errorf("run %d: %+v, %v; the comments are %q", n, done, err, ours)
			}
		}
	})
}

// GitHub says of some limits in the message alone; then it wants a minute.
func TestLimitInWords(t *testing.T) {
	f := newForge(t, ci.GitHub)
	f.refusals = []refusal{{403, nil, `{"message": "You have exceeded a secondary rate limit."}`}}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := open(t, f.at(), token).Put(ctx, "7", comment.Comment{Name: "shop"}, false)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want that it waits", err)
	}
}

// A write that may have arrived is not repeated: there would be two comments.
func TestNoSecondComment(t *testing.T) {
	f := newForge(t, ci.GitHub)
	var posts atomic.Int64
	cut := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			posts.Add(1)
			panic(http.ErrAbortHandler)
		}
		f.Config.Handler.ServeHTTP(w, r)
	}))
	defer cut.Close()
	at := f.at()
	at.API = cut.URL
	if _, err := open(t, at, token).Put(t.Context(), "7", comment.Comment{Name: "shop"}, false); err == nil || posts.Load() != 1 {
		t.Errorf("%d tries, %v", posts.Load(), err)
	}
}

// No error tells the token, though the forge echoes it.
func TestNoToken(t *testing.T) {
	const wrong = "wr0ng-t0k3n"
	both(t, func(t *testing.T, f *forge) {
		_, err := open(t, f.at(), wrong).Put(t.Context(), "7", comment.Comment{Name: "shop"}, false)
		if err == nil || !strings.Contains(err.Error(), "401") || strings.Contains(err.Error(), wrong) {
			t.Errorf("%v", err)
		}
	})
	// Nor a part of it, where a long message is cut.
	f := newForge(t, ci.GitHub)
	for n := range len(wrong) {
		f.refusals = []refusal{{400, nil, `{"message": "` + strings.Repeat("x", 300-n) + wrong + `"}`}}
		_, err := open(t, f.at(), wrong).Put(t.Context(), "7", comment.Comment{Name: "shop"}, false)
		if err == nil || strings.Contains(err.Error(), wrong[:2]) {
			t.Errorf("%v", err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	at := ci.Forge{Kind: ci.GitHub, API: "http://127.0.0.1:1/" + wrong, Repository: "o/r"}
	if _, err := open(t, at, wrong).Put(ctx, "7", comment.Comment{}, false); err == nil || strings.Contains(err.Error(), wrong) {
		t.Errorf("%v", err)
	}
}

func TestNewClient(t *testing.T) {
	for name, test := range map[string]struct {
		at    ci.Forge
		token string
		ca    string
	}{
		"no forge":      {ci.Forge{}, token, ""},
		"other forge":   {ci.Forge{Kind: "gitea", API: "http://localhost", Repository: "o/r"}, token, ""},
		"no address":    {ci.Forge{Kind: ci.GitHub, Repository: "o/r"}, token, ""},
		"user in it":    {ci.Forge{Kind: ci.GitHub, API: "http://u:p@localhost", Repository: "o/r"}, token, ""},
		"no repository": {ci.Forge{Kind: ci.GitLab, API: "http://localhost"}, token, ""},
		"odd one":       {ci.Forge{Kind: ci.GitHub, API: "http://localhost", Repository: "../../x/y"}, token, ""},
		"no token":      {ci.Forge{Kind: ci.GitHub, API: "http://localhost", Repository: "o/r"}, " ", ""},
		"no file":       {ci.Forge{Kind: ci.GitHub, API: "http://localhost", Repository: "o/r"}, token, "/nowhere"},
	} {
		if _, err := comment.NewClient(test.at, test.token, test.ca); err == nil || strings.Contains(err.Error(), token) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBody(t *testing.T) {
	long := comment.Comment{Name: "a", Markdown: strings.Repeat("ä line\n", 20000)}.Body()
	if len(long) > 65536 || !strings.HasSuffix(long, "line\n\n… (the rest is in the report)\n") {
		t.Errorf("%d bytes, ends with %q", len(long), long[len(long)-60:])
	}
	folded := comment.Comment{Name: strings.Repeat("ä", 40000), Markdown: "# PASS\n<details><summary>a</summary>\n</details>\n<details>\n" + strings.Repeat("ä line\n", 20000)}
	if body := folded.Body(); len(body) > 65536 || !strings.HasSuffix(body, "line\n\n</details>\n\n… (the rest is in the report)\n") {
		t.Errorf("%d bytes, ends with %q", len(body), body[len(body)-80:])
	}
	if other := (comment.Comment{Name: strings.Repeat("ä", 40001)}); other.Marker() == folded.Marker() || len(other.Marker()) > 200 {
		t.Errorf("marker %q", other.Marker())
	}
	if got := (comment.Comment{Name: "<b> -->", Markdown: "x"}).Body(); got != "<!-- hopperband gate: %3Cb%3E+--%3E -->\nx\n" {
		t.Errorf("%q", got)
	}
}
