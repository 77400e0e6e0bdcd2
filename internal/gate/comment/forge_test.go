package comment_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/ci"
)

const token = "t0k3n-of-the-forge"

// A forge answers as the APIs of GitHub and GitLab do, as far as comments go: the same
// paths, methods, pages, fields and refusals.
type forge struct {
	*httptest.Server
	kind string

	mu       sync.Mutex
	notes    []map[string]any
	calls    []string
	refusals []refusal // answered first, one each
	requests string    // those of a commit, as JSON
}

type refusal struct {
	status  int
	headers map[string]string
	body    string
}

func newForge(t *testing.T, kind string) *forge {
	f := &forge{kind: kind, requests: "[]"}
	mux := http.NewServeMux()
	for pattern, handler := range map[string]map[string]http.HandlerFunc{
		ci.GitHub: {
			"GET /repos/o/r/issues/7/comments":      f.list,
			"POST /repos/o/r/issues/7/comments":     f.create,
			"PATCH /repos/o/r/issues/comments/{id}": f.update,
			"GET /repos/o/r/commits/{commit}/pulls": f.ofCommit,
		},
		ci.GitLab: {
			"GET /projects/g%2Fp/merge_requests/7/notes":                     f.list,
			"POST /projects/g%2Fp/merge_requests/7/notes":                    f.create,
			"PUT /projects/g%2Fp/merge_requests/7/notes/{id}":                f.update,
			"GET /projects/g%2Fp/repository/commits/{commit}/merge_requests": f.ofCommit,
		},
	}[kind] {
		mux.HandleFunc(pattern, handler)
	}
	f.Server = httptest.NewServer(f.guard(mux))
	t.Cleanup(f.Close)
	return f
}

// at is where the forge is.
func (f *forge) at() ci.Forge {
	return ci.Forge{Kind: f.kind, API: f.URL, Repository: map[string]string{ci.GitHub: "o/r", ci.GitLab: "g/p"}[f.kind]}
}

func (f *forge) authorized(r *http.Request) bool {
	if f.kind == ci.GitHub {
		return r.Header.Get("Authorization") == "Bearer "+token
	}
	return r.Header.Get("PRIVATE-TOKEN") == token
}

func (f *forge) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.calls = append(f.calls, r.Method+" "+r.URL.EscapedPath())
		if len(f.refusals) > 0 {
			refused := f.refusals[0]
			f.refusals = f.refusals[1:]
			for name, value := range refused.headers {
				w.Header().Set(name, value)
			}
			w.WriteHeader(refused.status)
			fmt.Fprint(w, refused.body)
			return
		}
		if !f.authorized(r) {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintf(w, `{"message": "Bad credentials %s"}`, r.Header)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// list answers a page, the oldest first.
func (f *forge) list(w http.ResponseWriter, r *http.Request) {
	size, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	size, page = max(1, min(size, 100)), max(page, 1)
	begin := min((page-1)*size, len(f.notes))
	f.answer(w, http.StatusOK, f.notes[begin:min(begin+size, len(f.notes))])
}

func (f *forge) create(w http.ResponseWriter, r *http.Request) {
	f.notes = append(f.notes, map[string]any{"id": 1000 + len(f.notes), "body": f.body(r)})
	f.answer(w, http.StatusCreated, f.notes[len(f.notes)-1])
}

func (f *forge) update(w http.ResponseWriter, r *http.Request) {
	for _, n := range f.notes {
		if fmt.Sprint(n["id"]) == r.PathValue("id") {
			if n["foreign"] != nil {
				f.answer(w, http.StatusForbidden, map[string]string{"message": "403 Forbidden"})
				return
			}
			n["body"] = f.body(r)
			f.answer(w, http.StatusOK, n)
			return
		}
	}
	f.answer(w, http.StatusNotFound, map[string]string{"message": "Not Found"})
}

func (f *forge) ofCommit(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("commit") != "abc" {
		f.answer(w, http.StatusNotFound, map[string]string{"message": "404 Commit Not Found"})
		return
	}
	fmt.Fprint(w, f.requests)
}

func (f *forge) body(r *http.Request) string {
	var sent struct{ Body string }
	_ = json.NewDecoder(r.Body).Decode(&sent)
	return sent.Body
}

func (f *forge) answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// fill puts other people's comments before ours.
func (f *forge) fill(n int) {
	for i := range n {
		f.notes = append(f.notes, map[string]any{"id": i + 1, "body": "> <!-- hopperband gate: shop --> said somebody"})
	}
}

// ours are the comments that begin with a marker.
func (f *forge) ours() (bodies []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, n := range f.notes {
		if body := n["body"].(string); strings.HasPrefix(body, "<!-- hopperband gate: ") {
			bodies = append(bodies, body)
		}
	}
	return bodies
}
