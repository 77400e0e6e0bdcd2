//go:build integration

package integration

import (
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// badInputs are what testdata/badinput.py makes a master send, and in which words the
// worker says what is wrong with it.
func badInputs() []struct{ name, words string } {
	return []struct{ name, words string }{
		{"deep", "nested deeper"},
		{"key", "map key"},
		{"extension", "extension types"},
		{"date", `bad date "yesterday"`},
		{"panic", "trouble"},
		{"nobody", "unknown message type"},
		{"nameless", "empty message type"},
		{"spawn", "spawn: nil"},
		{"negative", "-1 is out of range"},
		{"part", "1.5"},
		{"host", "host: an int"},
		{"grace", "stop_timeout: a string"},
		{"index", "index: a string"},
		{"stranger", "does not have"},
		{"classless", "user_class_name"},
		{"unlisted", "none of its tasks"},
		{"truncated", "announced length"},
		{"text", "UTF-8"},
		{"reserved", "reserved byte"},
	}
}

// TestInputFromMaster lets a real master send malformed messages, edits and options in
// a test: the worker says what is wrong with each in one line, and both live on.
func TestInputFromMaster(t *testing.T) {
	t.Parallel()
	s := newScene(t, time.Minute)
	s.needs("2.25.0", "user classes can be edited")
	program := built(t, "differential")
	file, err := filepath.Abs("testdata/badinput.py")
	s.ok(err)
	m := s.master(nil, rig.MasterConfig{Locustfile: file, WebUI: true})
	w := s.run(rig.WorkerConfig{Path: program, Master: m.Addr})
	s.state(m, "ready", 1, 0)
	s.ok(m.API().Swarm(s.ctx, rig.Swarm{Users: 2, Host: "http://plain.example"}))
	s.state(m, "running", 1, 2)

	said := 0
	for _, in := range badInputs() {
		s.ok(m.API().Post(s.ctx, "/bad", url.Values{"name": {in.name}}))
		s.complains(w, &said, in.name, in.words)
	}
	s.ok(m.API().EditUserClass(s.ctx, "Edited", map[string]any{"host": 5}))
	s.complains(w, &said, "edited host", "no text")
	s.ok(m.API().EditUserClass(s.ctx, "Edited", map[string]any{"tasks": []any{"three", nil}}))
	s.complains(w, &said, "edited tasks", "none of its tasks")
	s.ok(m.API().EditUserClass(s.ctx, "Edited", map[string]any{"own": map[string]any{"a": []any{nil}}, "weight": -1}))

	s.ok(m.API().Swarm(s.ctx, rig.Swarm{Users: 3, Host: "http://plain.example"}))
	s.state(m, "running", 1, 3)
	s.ok(m.API().Stop(s.ctx))
	s.state(m, "stopped", 1, 0)
	s.ok(m.Stop(s.ctx))
	s.endWell(m.Process, w.Process)
	if lines := complaints(t, w.Process); len(lines) != said {
		t.Errorf("%d complaints, want one for each of %d inputs: %+v", len(lines), said, lines)
	}
}

// complains waits for a worker's next complaint.
func (s *scene) complains(w *rig.Worker, said *int, name, words string) {
	s.t.Helper()
	limit := s.within(5 * time.Second)
	for {
		if lines := complaints(s.t, w.Process); len(lines) > *said {
			if text := lines[*said].Message + " " + lines[*said].Error; !strings.Contains(text, words) {
				s.t.Errorf("%s: it says %q, want %q", name, text, words)
			}
			*said++
			return
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-limit.Done():
			s.t.Errorf("%s: no complaint, want %q", name, words)
			return
		}
	}
}
