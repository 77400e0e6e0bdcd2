package locust_test

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/access"
	"github.com/hopperband/hopperband/internal/gate/locust"
)

// A scripted master answers each path as it is told, and keeps what it was asked.
type scripted struct {
	answers map[string]string // by method and path; one that begins with a number has that status
	asked   []string
	form    url.Values
	header  http.Header
}

func (s *scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	what := r.Method + " " + r.URL.Path
	s.asked = append(s.asked, what)
	_ = r.ParseForm()
	s.form, s.header = r.PostForm, r.Header
	body, ok := s.answers[what]
	switch {
	case !ok:
		http.Error(w, "405 Method Not Allowed", http.StatusMethodNotAllowed)
	case strings.HasPrefix(body, "500 "):
		http.Error(w, body[4:], http.StatusInternalServerError)
	case strings.HasPrefix(body, "302 "):
		http.Redirect(w, r, body[4:], http.StatusFound)
	default:
		_, _ = w.Write([]byte(body))
	}
}

func serve(t *testing.T, answers map[string]string, cfg locust.Config) (*scripted, *locust.Master) {
	t.Helper()
	s := &scripted{answers: answers}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	cfg.URL = server.URL + cfg.URL
	m, err := locust.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s, m
}

func TestStart(t *testing.T) {
	s, m := serve(t, map[string]string{
		"POST /base/swarm": `{"success": true, "user_classes": ["A", "B"], "message": "Swarming started"}`,
	}, locust.Config{URL: "/base/"})
	err := m.Start(t.Context(), locust.Swarm{
		Users: 10, SpawnRate: 2.5, Host: "http://shop", RunTime: 61500 * time.Millisecond,
		Classes: []string{"B", "A"}, Arguments: map[string]string{"tenant": "t1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{
		"user_count": {"10"}, "spawn_rate": {"2.5"}, "host": {"http://shop"}, "run_time": {"62"},
		"user_classes": {"B", "A"}, "tenant": {"t1"},
	}
	if !reflect.DeepEqual(s.form, want) {
		t.Errorf("form %v, want %v", s.form, want)
	}
}

func TestStartRefused(t *testing.T) {
	for name, test := range map[string]struct {
		answer  string
		classes []string
		want    error
		text    string
	}{
		"refused":      {`{"success": false, "message": "Invalid user_count"}`, nil, locust.ErrRefused, "refused: to start the test: Invalid user_count"},
		"load shape":   {`{"success": true, "message": "Swarming started using shape class 'Stairs'"}`, nil, locust.ErrRefused, "a load shape of its own"},
		"no picker":    {`{"success": true}`, []string{"A"}, locust.ErrRefused, "--class-picker"},
		"other class":  {`{"success": true, "user_classes": ["A"]}`, []string{"A", "Z"}, locust.ErrRefused, "A, Z"},
		"error":        {`500 division by zero`, nil, locust.ErrUnreachable, "status 500, no answer of a Locust master to a start: division by zero"},
		"HTML":         {`<html><script>x</script><title>Wel&amp;come</title>`, nil, locust.ErrUnreachable, "start: Wel&come"},
		"login":        {`302 /login`, nil, locust.ErrUnreachable, "login"},
		"other JSON":   {`{"ok": true}`, nil, locust.ErrUnreachable, `{"ok": true}`},
		"empty answer": {``, nil, locust.ErrUnreachable, "status 200"},
	} {
		t.Run(name, func(t *testing.T) {
			_, m := serve(t, map[string]string{"POST /swarm": test.answer}, locust.Config{})
			err := m.Start(t.Context(), locust.Swarm{Users: 1, SpawnRate: 1, Classes: test.classes})
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.text) {
				t.Errorf("error %v, want one that says %q", err, test.text)
			}
		})
	}
}

func TestStopByVersion(t *testing.T) {
	for method, old := range map[string]bool{"POST": false, "GET": true} {
		s, m := serve(t, map[string]string{
			method + " /stop":        `{"success": true, "message": "Test stopped"}`,
			method + " /stats/reset": `ok`,
		}, locust.Config{})
		pending, err := m.Stop(t.Context())
		if err != nil || pending != old {
			t.Errorf("%s: pending %t, error %v", method, pending, err)
		}
		if err := m.Reset(t.Context()); err != nil {
			t.Error(err)
		}
		if last := s.asked[len(s.asked)-1]; last != method+" /stats/reset" {
			t.Errorf("the last request was %s", last)
		}
	}
}

// What answers 200 without having done it may be anything before the master.
func TestNotDone(t *testing.T) {
	for _, body := range []string{"<html>Sign in</html>", "Please sign in", "", "{}", `{"success": false}`} {
		_, m := serve(t, map[string]string{"POST /stop": body, "POST /stats/reset": body}, locust.Config{})
		if _, err := m.Stop(t.Context()); !errors.Is(err, locust.ErrUnreachable) {
			t.Errorf("stop: %q: error %v", body, err)
		}
		if err := m.Reset(t.Context()); !errors.Is(err, locust.ErrUnreachable) {
			t.Errorf("reset: %q: error %v", body, err)
		}
	}
}

func TestCredentials(t *testing.T) {
	const secret = "s3cr3t-token"
	s, m := serve(t, map[string]string{"POST /stop": `{"success": true}`, "POST /swarm": "500 no: Bearer " + secret + " and pa55"}, locust.Config{Config: access.Config{
		User: "ci", Password: "pa55", Headers: map[string]string{"X-Token": "Bearer " + secret},
	}})
	if _, err := m.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, want := s.header.Get("Authorization"), "Basic "+base64.StdEncoding.EncodeToString([]byte("ci:pa55")); got != want {
		t.Errorf("authorization %q, want %q", got, want)
	}
	if got := s.header.Get("X-Token"); got != "Bearer "+secret {
		t.Errorf("X-Token %q", got)
	}
	err := m.Start(t.Context(), locust.Swarm{})
	if err == nil || strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "pa55") {
		t.Errorf("error %v, want one without secrets", err)
	}
}

func TestBadConfig(t *testing.T) {
	for _, cfg := range []locust.Config{
		{URL: ""},
		{URL: "localhost:8089"},
		{URL: "ftp://localhost"},
		{URL: "http://ci:pa55@localhost"},
		{URL: "http://ci:pa55@local host"},
		{URL: "https://localhost", Config: access.Config{CertFile: "/nowhere.pem"}},
		{URL: "https://localhost", Config: access.Config{CAFile: "master_test.go"}},
	} {
		if _, err := locust.New(cfg); err == nil || strings.Contains(err.Error(), "pa55") {
			t.Errorf("%+v: error %v", cfg, err)
		}
	}
}

func TestUnreachable(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	m, err := locust.New(locust.Config{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Stats(t.Context()); !errors.Is(err, locust.ErrUnreachable) || !strings.Contains(err.Error(), "--web-base-path") {
		t.Errorf("not found: %v", err)
	}
	server.Close()
	if _, err := m.Stats(t.Context()); !errors.Is(err, locust.ErrUnreachable) {
		t.Errorf("nobody listens: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Stop(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
