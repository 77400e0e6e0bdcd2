//go:build integration

package integration

import (
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// TestLocustfileOfMaster has workers ask a real master for its locustfile, as with -f -.
func TestLocustfileOfMaster(t *testing.T) {
	s := newScene(t, time.Minute)
	s.needs("2.23.0", "masters give their locustfile away")
	m := s.master(s.target(), rig.MasterConfig{WebUI: true})
	w := s.worker("worker", m.Addr, "-f", "-")
	s.line(w.Process, 20*time.Second, 1, "got the master's locustfile")
	for _, words := range []string{`"locustfile.py"`, "Shopper", "Browser"} {
		if !strings.Contains(w.Log(), words) {
			t.Errorf("%s is not in the log", words)
		}
	}
	other := s.worker("other", m.Addr, "-f-", "Shopper")
	s.line(other.Process, 20*time.Second, 1, "user classes that this worker does not have")
	s.state(m, "ready", 2, 0)
	for _, p := range []*rig.Process{w.Process, other.Process} {
		s.terminate(p, 10*time.Second, 0)
	}
	if n := len(complaints(t, w.Process)); n > 0 {
		t.Errorf("%d complaints of the worker that has all classes", n)
	}
}
