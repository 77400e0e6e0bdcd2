package rig

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// web is an API whose master answers with h.
func web(t *testing.T, h http.HandlerFunc) *API {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return newAPI(s.URL)
}

func TestStopOfEitherAge(t *testing.T) {
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		stops := 0
		a := web(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != method {
				w.WriteHeader(http.StatusMethodNotAllowed)
				return
			}
			stops++
		})
		if err := a.Stop(t.Context()); err != nil || stops != 1 {
			t.Errorf("a master that wants %s: %d stops, %v", method, stops, err)
		}
	}
}

func TestSwarmForm(t *testing.T) {
	var got url.Values
	a := web(t, func(_ http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		got = r.PostForm
	})
	err := a.Swarm(t.Context(), Swarm{Users: 5, Host: "http://h", Form: url.Values{"run_time": {"3s"}}})
	want := "host=http%3A%2F%2Fh&run_time=3s&spawn_rate=5&user_count=5"
	if err != nil || got.Encode() != want {
		t.Errorf("form %q, %v; want %q", got.Encode(), err, want)
	}
}

func TestRefusal(t *testing.T) {
	answers := map[string]http.HandlerFunc{
		"unsuccessful": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"success": false, "message": "no"}`))
		},
		"status": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
	}
	for name, h := range answers {
		if err := web(t, h).Swarm(t.Context(), Swarm{Users: 1}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestStats(t *testing.T) {
	a := web(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"state": "running", "user_count": 2, "stats": [
			{"method": "GET", "name": "/a", "num_requests": 3}, {"method": "", "name": "Aggregated", "num_requests": 3}]}`))
	})
	s, err := a.Stats(t.Context())
	if err != nil || s.State != "running" || s.Total().NumRequests != 3 || s.Entry("GET", "/a").NumRequests != 3 {
		t.Errorf("%+v, %v", s, err)
	}
	if e := s.Entry("GET", "/b"); e != (StatsEntry{}) {
		t.Errorf("an entry that is not there: %+v", e)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err = a.WaitStats(ctx, func(s *Stats) bool { return s.UserCount == 3 })
	if err == nil || !strings.Contains(err.Error(), "deadline") {
		t.Errorf("WaitStats: %v; want the deadline", err)
	}
}
