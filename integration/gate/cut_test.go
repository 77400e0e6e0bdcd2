//go:build integration

package gate

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// A proxy before the master loses the first answer to each path: what was asked is done all
// the same, a stop goes on.
func TestLostAnswers(t *testing.T) {
	long(t)
	s := newScene(t)
	s.amongOthers()
	m, _ := s.remote(1)
	to, err := url.Parse(m.Web)
	s.ok(err)
	proxy := httputil.NewSingleHostReverseProxy(to)
	var lost sync.Map
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, before := lost.LoadOrStore(r.URL.Path, true); before || r.URL.Path == "/swarm" || r.URL.Path == "/stats/requests" {
			proxy.ServeHTTP(w, r)
			return
		}
		go proxy.ServeHTTP(httptest.NewRecorder(), r.Clone(context.WithoutCancel(r.Context())))
		http.Error(w, "the answer is lost", http.StatusBadGateway)
	}))
	defer server.Close()
	s.set("master.url", server.URL)
	o := s.gate()
	s.expect(o, 0, record.Pass, "")
	for _, path := range []string{"/stop", "/stats/requests/csv"} {
		if !strings.Contains(o.output, path+": status 502") {
			t.Errorf("no answer to %s was lost", path)
		}
	}
	if r := o.run.Reconciled; !r.Compared || r.Requests[0] != r.Requests[1] {
		t.Errorf("reconciled %+v: the same of workers and master was expected", r)
	}
}
