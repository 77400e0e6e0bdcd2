package main

import (
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// send sends one request and returns the status.
func send(t *testing.T, c *http.Client, method, url, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

func TestPages(t *testing.T) {
	server := httptest.NewServer(newShop(settings{}, 10))
	defer server.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := server.Client()
	c.Jar = jar
	for _, test := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/", "", 200},
		{"GET", "/items", "", 200},
		{"GET", "/items/7", "", 200},
		{"GET", "/items/x", "", 404},
		{"GET", "/cart", "", 401},
		{"POST", "/login", "user=grace", 400},
		{"POST", "/login", `{"user": ""}`, 400},
		{"POST", "/login", `{"user": "Grace \"G\" Hopper"}`, 200},
		{"GET", "/cart", "", 200}, // the cookie of the login
		{"GET", "/slow?ms=1", "", 200},
		{"GET", "/slow?ms=-1", "", 400},
		{"GET", "/slow", "", 400},
		{"GET", "/fail", "", 500},
		{"GET", "/nowhere", "", 404},
		{"DELETE", "/items", "", 405},
	} {
		if got := send(t, c, test.method, server.URL+test.path, test.body); got != test.status {
			t.Errorf("%s %s %s: status %d, want %d", test.method, test.path, test.body, got, test.status)
		}
	}
}

type counts struct {
	Total int64            `json:"total"`
	Paths map[string]int64 `json:"paths"`
}

func countsOf(t *testing.T, handler http.Handler) (c counts) {
	t.Helper()
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/count", nil))
	if err := json.Unmarshal(w.Body.Bytes(), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCounts(t *testing.T) {
	shop := newShop(settings{}, 10)
	for _, path := range []string{"/", "/items/1", "/items/2", "/fail", "/nowhere", "/count"} {
		shop.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil))
	}
	c := countsOf(t, shop)
	if c.Total != 5 {
		t.Errorf("total %d, want 5: all but those of /count", c.Total)
	}
	for pattern, want := range map[string]int64{"GET /{$}": 1, "GET /items/{id}": 2, "GET /fail": 1, "": 1} {
		if c.Paths[pattern] != want {
			t.Errorf("%q: %d, want %d", pattern, c.Paths[pattern], want)
		}
	}
}

// A request whose user has gone before the answer is none that was answered.
func TestAbandonedIsNotCounted(t *testing.T) {
	shop := newShop(settings{}, 10)
	server := httptest.NewServer(shop)
	defer server.Close()
	c := server.Client()
	c.Timeout = 50 * time.Millisecond
	if resp, err := c.Get(server.URL + "/slow?ms=60000"); err == nil {
		t.Fatalf("status %d, want a timeout", resp.StatusCode)
	}
	server.Close() // waits for the handlers
	if c := countsOf(t, shop); c.Total != 0 {
		t.Errorf("counted %+v, want nothing", c)
	}
}
