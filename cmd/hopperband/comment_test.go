package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/report"
)

const commentToken = "t0k3n-0f-the-forge"

// reportFile writes the report of a run that passed.
func reportFile(t *testing.T, name string) string {
	t.Helper()
	begin := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	run := &record.Run{
		Schema: record.Schema, ID: "20260301-120000-abc",
		Identity: record.Identity{Version: "1.2.3", Started: begin, Ended: begin.Add(time.Minute)},
		Plan:     record.Plan{Name: name, Users: 10}, Window: record.Window{Start: begin, End: begin.Add(time.Minute)},
		Verdict: &record.Verdict{Outcome: record.Pass, Baseline: record.Basis{State: record.NoBaseline, Why: "no run before"}},
	}
	var b bytes.Buffer
	if err := report.New(run, nil).JSON(&b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "gate.json")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A forge has the comments of one pull request, and echoes what it was sent when it refuses.
type forge struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []string
}

func newForge(t *testing.T) *forge {
	f := &forge{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /repos/o/r/issues/7/comments", func(w http.ResponseWriter, _ *http.Request) {
		all := []map[string]any{}
		for i, body := range f.bodies {
			all = append(all, map[string]any{"id": i + 1, "body": body})
		}
		_ = json.NewEncoder(w).Encode(all)
	})
	write := func(w http.ResponseWriter, r *http.Request) {
		var sent struct{ Body string }
		_ = json.NewDecoder(r.Body).Decode(&sent)
		if r.Method == http.MethodPost {
			f.bodies = append(f.bodies, "")
		}
		f.bodies[len(f.bodies)-1] = sent.Body
		fmt.Fprintf(w, `{"id": %d}`, len(f.bodies))
	}
	mux.HandleFunc("POST /repos/o/r/issues/7/comments", write)
	mux.HandleFunc("PATCH /repos/o/r/issues/comments/1", write)
	mux.HandleFunc("GET /repos/o/r/commits/{commit}/pulls", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, map[string]string{"head": `[{"number": 7, "state": "open"}]`, "main": `[]`}[r.PathValue("commit")])
	})
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		if r.Header.Get("Authorization") != "Bearer "+commentToken {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprintf(w, `{"message": "not with %s"}`, r.Header.Get("Authorization"))
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(f.Close)
	return f
}

func (f *forge) build(more ...string) map[string]string {
	v := map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "o/r", "GITHUB_API_URL": f.URL, "GITHUB_SHA": "head", "GITHUB_TOKEN": commentToken,
		"GITHUB_SERVER_URL": "https://github.example", "GITHUB_RUN_ID": "5",
	}
	for i := 0; i+1 < len(more); i += 2 {
		v[more[i]] = more[i+1]
	}
	return v
}

func TestComment(t *testing.T) {
	f := newForge(t)
	file := reportFile(t, "shop")
	for _, test := range []struct {
		variables map[string]string
		args      []string
		code      int
		want      string
		body      string // in the only comment; "" if there is none
	}{
		{f.build(), []string{"--report", file, "--dry-run"}, 0, "a comment on request 7 of o/r would be created:\n<!-- hopperband gate: shop -->\n", ""},
		{f.build("GITHUB_SHA", "main"), []string{"--report", file}, 0, "no comment: comment: commit main: no open pull or merge request", ""},
		{f.build("GITHUB_TOKEN", ""), []string{"--report", file}, 2, "environment variable GITHUB_TOKEN is not set", ""},
		{f.build("GITHUB_TOKEN", "wr0ng"), []string{"--report", file}, 7, "status 403: the token may not do this", ""},
		{f.build(), []string{"--report", file}, 0, "comment 1 on request 7 of o/r: created\n", "PASS"},
		{f.build("GITHUB_REF", "refs/pull/7/merge"), []string{"--report", file}, 0, "comment 1 on request 7 of o/r: updated\n", "NO BASELINE"},
		{f.build(), []string{"--report", "none.json"}, 0, "updated", "no verdict"},
		{f.build("OWN", commentToken), []string{"--report", file, "--token", "env:OWN", "--request", "7"}, 0, "updated", "PASS"},
		{f.build(), []string{"--report", file, "--token", commentToken}, 2, "a secret is never written here", "PASS"},
		{nil, []string{"--report", file}, 2, "name --forge, --api and --repository", "PASS"},
		{f.build(), []string{"--forge", "gitea"}, 2, "not one of github, gitlab", "PASS"},
		{f.build(), []string{"now"}, 2, "gate comment takes flags only", "PASS"},
		{f.build(), []string{"--help"}, 0, "[HOPPERBAND_GATE_COMMENT_DRY_RUN]", "PASS"},
	} {
		code, output := call(t, "name: shop", test.variables, append([]string{"gate", "comment"}, test.args...)...)
		if code != test.code || !strings.Contains(output, test.want) {
			t.Errorf("%q: exit code %d, want %d with %q:\n%s", test.args, code, test.code, test.want, output)
		}
		if strings.Contains(output, commentToken) || strings.Contains(output, "wr0ng") {
			t.Errorf("%q: the output tells the token:\n%s", test.args, output)
		}
		if got := strings.Join(f.bodies, "\x00"); strings.Contains(got, "\x00") || !strings.Contains(got, test.body) || (test.body == "") != (got == "") {
			t.Errorf("%q: the comments are %q, want one with %q", test.args, f.bodies, test.body)
		}
	}
}

// What is no report of this version is refused before anything is asked.
func TestCommentOfNoReport(t *testing.T) {
	for text, want := range map[string]string{
		`{"schema": 999, "outcome": "PASS"}`: "not a report of schema", `{}`: "not a report of schema", `[`: "not a report",
	} {
		path := filepath.Join(t.TempDir(), "gate.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, output := call(t, "", nil, "gate", "comment", "--report", path); code != 2 || !strings.Contains(output, want) {
			t.Errorf("%s: exit code %d, %s", text, code, output)
		}
	}
}
