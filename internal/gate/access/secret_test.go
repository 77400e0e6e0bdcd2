package access_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/access"
)

// A host that a redirect leads to gets no secret, and a chain of them does not win trust.
func TestRedirectsGetNoSecrets(t *testing.T) {
	var told []string
	serve := func(to map[string]string) *httptest.Server {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, password, _ := r.BasicAuth()
			told = append(told, r.URL.Path+" "+password+r.Header.Get("X-Token"))
			if next, ok := to[r.URL.Path]; ok {
				http.Redirect(w, r, next, http.StatusFound)
			}
		}))
		t.Cleanup(server.Close)
		return server
	}
	other := serve(map[string]string{"/thief": "/thief/again"})
	own := serve(map[string]string{"/": "/moved", "/moved": other.URL + "/thief"})
	transport, err := access.Config{User: "ci", Password: "pa55", Headers: map[string]string{"X-Token": "t0ken"}}.Transport()
	if err != nil {
		t.Fatal(err)
	}
	resp, err := (&http.Client{Transport: transport}).Get(own.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got, want := strings.Join(told, ","), "/ pa55t0ken,/moved pa55t0ken,/thief ,/thief/again "; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}

func TestRedact(t *testing.T) {
	c := access.Config{User: "ci", Password: "pa55", Headers: map[string]string{"Authorization": "Bearer t0ken", "X": "v"}}
	basic := base64.StdEncoding.EncodeToString([]byte("ci:pa55"))
	if got := c.Redact("pa55, Bearer t0ken, t0ken, Basic " + basic + ", ok"); got != "…, …, …, Basic …, ok" {
		t.Errorf("%q", got)
	}
	if got := (access.Config{}).Redact("as it was"); got != "as it was" {
		t.Errorf("%q", got)
	}
}

// Of a secret that begins with another, nothing is left either.
func TestRedactOverlappingSecrets(t *testing.T) {
	with := access.Config{Password: "ci", Headers: map[string]string{"A": "ci-t0ken", "B": "Bearer ci-t0ken-2"}}
	if got := with.Redact("he said ci-t0ken-2 and ci-t0ken"); got != "he said … and …" {
		t.Errorf("%q", got)
	}
}
