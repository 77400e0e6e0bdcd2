package tasks_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// A maze answers as the query says: with the status "s", the location "to", at the other
// server if there is an "other", and cookies "c". It remembers what it was asked.
type maze struct {
	here, there *httptest.Server

	mu    sync.Mutex
	heard []string
}

func newMaze(t *testing.T) *maze {
	m := new(maze)
	m.here, m.there = serve(t, m.answer), serve(t, m.answer)
	return m
}

func (m *maze) answer(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	m.mu.Lock()
	m.heard = append(m.heard, fmt.Sprintf("%s %s of %s <%s> %d %v %v", r.Method, r.URL, r.Host, body, r.ContentLength, r.TransferEncoding, r.Header))
	m.mu.Unlock()
	query := r.URL.Query()
	for _, c := range query["c"] {
		w.Header().Add("Set-Cookie", c)
	}
	location := query.Get("to")
	if query.Has("other") {
		location = m.there.URL + location
	}
	if query.Has("to") {
		w.Header().Set("Location", location)
	}
	w.Header()["Date"] = nil
	code, err := strconv.Atoi(query.Get("s"))
	if err != nil {
		code = http.StatusOK
	}
	w.WriteHeader(code)
	fmt.Fprint(w, r.URL.Path)
}

// tour returns what the maze has heard in between.
func (m *maze) tour(f func() string) string {
	m.mu.Lock()
	m.heard = nil
	m.mu.Unlock()
	came := f()
	m.mu.Lock()
	defer m.mu.Unlock()
	return came + "\n\t" + strings.Join(m.heard, "\n\t")
}

// requests are those that every client sends.
func (m *maze) requests(t *testing.T) (all []*http.Request) {
	for _, code := range []int{201, 300, 301, 302, 303, 304, 305, 307, 308} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE"} {
			for i, q := range []string{
				"&to=/b?x&c=a=1", "&to=/b&c=a=1%3BPath=/b&c=b=2%3BPath=/c", "&to=/b&other=1&c=q=1%3BHttpOnly", "", "&to=",
				"&to=b/../c%23end&c=a=%3BMax-Age=0", "&to=?s=302%26to=/z%26c=second=2&c=s=3%3BSecure", "&to=/b&c=a=1%3BDomain=shop.invalid",
			} {
				var body io.Reader
				if i%2 == 1 {
					body = strings.NewReader("hello")
				}
				if i%4 == 3 {
					body = io.MultiReader(body) // it cannot be sent again
				}
				req, err := http.NewRequest(method, fmt.Sprint(m.here.URL, "/a?s=", code, q), body)
				if err != nil {
					t.Fatal(err)
				}
				dress(req, i)
				all = append(all, req)
			}
		}
	}
	return all
}

// dress gives some requests more than others have.
func dress(req *http.Request, i int) {
	switch i {
	case 0:
		req.URL.User = url.UserPassword("me", "secret")
	case 2:
		req.Header = http.Header{"Authorization": {"x"}, "Cookie": {"own=1"}, "X-A": {"1"}}
	case 7:
		req.Host = "shop.invalid"
	}
}

// Redirects and cookies are http.Client's, with any method and body.
func TestHTTPParityOfRedirects(t *testing.T) {
	m := newMaze(t)
	jar, _ := cookiejar.New(nil) // it never fails without options
	client := &http.Client{Jar: jar, Transport: new(http.Transport)}
	defer client.CloseIdleConnections()
	var stock []string
	for _, req := range m.requests(t) {
		stock = append(stock, m.tour(func() string {
			res, err := client.Do(req)
			if failed, ok := errors.AsType[*url.Error](err); ok {
				return failed.Err.Error()
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			return fmt.Sprint(res.StatusCode, res.Request.URL, res.Header, string(body), err, jar.Cookies(res.Request.URL))
		}))
	}
	visit(t, m.here.URL, func(ctx context.Context, h *tasks.HTTP) error {
		for i, req := range m.requests(t) {
			ours := m.tour(func() string {
				res := h.Do(ctx, req)
				if failed, ok := errors.AsType[*tasks.RequestError](res.Err); ok {
					return failed.Err.Error()
				}
				return fmt.Sprint(res.StatusCode, res.URL, res.Header(), string(res.Body), res.Err, h.Cookies(res.URL.String()))
			})
			if ours != stock[i] {
				t.Errorf("%s %s\nours:  %s\nstock: %s", req.Method, req.URL, ours, stock[i])
			}
		}
		return nil
	})
	if hops := func(s string) bool { return strings.Count(s, "\n") == 3 }; !slices.ContainsFunc(stock, hops) {
		t.Error("no request was redirected twice")
	}
}
