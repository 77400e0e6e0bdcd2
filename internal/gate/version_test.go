//go:build unix

package gate

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/internal/flags"
	"github.com/hopperband/hopperband/internal/gate/plan"
)

// A version is told as it stands in the answer: numbers are no exception.
func TestAnsweredVersion(t *testing.T) {
	for body, want := range map[string]string{
		"v1.2\n":                            "v1.2",
		"1.10":                              "1.10",
		"2026112605":                        "2026112605",
		`"v1"`:                              "v1",
		`{"version": "1.10"}`:               "1.10",
		`{"version": 20261126055801}`:       "20261126055801",
		`{"version": 12345678901234567890}`: "12345678901234567890",
		`{"version": true}`:                 "true",
		`{"version": {"id": 1}}`:            "no field version",
		`{"version": null}`:                 "no field version",
		`{"build": 1}`:                      "no field version",
		`[1, 2]`:                            "no field version",
		` <html>`:                           "a page, not a version",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }))
		p := plan.New()
		p.Identity.VersionURL = flags.String(server.URL)
		got, err := version(t.Context(), p, from(nil))
		if server.Close(); err != nil {
			got = err.Error()
		}
		if got != want && (err == nil || !strings.Contains(got, want)) {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

// A command that leaves something behind it which holds its output open has answered all the
// same; one that fails says why.
func TestVersionCommand(t *testing.T) {
	for script, want := range map[string]string{
		"sleep 30 & echo v7":                    "v7",
		"echo no such tag >&2; exit 3; echo v1": "exit status 3: no such tag",
	} {
		p := plan.New()
		p.Identity.VersionCommand = flags.Strings{"sh", "-c", script}
		got, err := version(t.Context(), p, from(nil))
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", script, got, want)
		}
	}
}
