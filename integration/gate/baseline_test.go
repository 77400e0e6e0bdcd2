//go:build integration

package gate

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/baseline"
	"github.com/hopperband/hopperband/internal/gate/record"
)

// history makes a store of seven runs that passed as the given one did, each an hour after
// the other.
func (s *scene) history(run record.Run) *baseline.Store {
	s.t.Helper()
	dir := filepath.Join(s.dir, "store")
	s.ok(os.RemoveAll(dir))
	store := baseline.Open(dir)
	for i := range 7 {
		past := run
		past.Identity.Started = run.Identity.Started.Add(time.Duration(i-8) * time.Hour)
		past.ID = record.NewID(past.Identity.Started)
		s.ok(store.Put(&past))
	}
	return store
}

// A regression of 30 % is seen, confirmed by a second run, and named with its figures; the
// same version again passes. It runs alone, since other tests make noise.
func TestRegression(t *testing.T) {
	s := aloneScene(t)
	s.turn("delay", "400ms")
	s.set(
		"baseline.off", false, "baseline.store", filepath.Join(s.dir, "store"), "identity.branch", "main",
		"baseline.percent", "15%", // of a machine that is shared
		"run.classes", []string{"Patient"}, "run.users", 60, "run.duration", "4s",
	)
	first := s.gate()
	s.expect(first, 0, record.Pass, "NO BASELINE")
	store := s.history(first.run)

	s.turn("delay", "520ms", "version", "1.1.0")
	worse := s.gate()
	s.expect(worse, 4, record.Fail, "p95")
	c := checkOf(t, worse.run, record.BaselineCheck, "p95")
	if c.Seen == nil || c.Expected == nil || *c.Seen < 0.52 || *c.Seen / *c.Expected < 1.2 || *c.Seen / *c.Expected > 1.5 {
		t.Errorf("check %+v, want p95 of about 520ms after 400ms", c)
	}
	if worse.run.Verdict.Confirms == "" {
		t.Error("the regression was not confirmed by a second run")
	}

	s.turn("delay", "400ms", "version", "1.2.0")
	s.expect(s.gate(), 0, record.Pass, "")
	stored := 0
	for _, err := range store.Runs() {
		s.ok(err)
		stored++
	}
	if stored != 10 {
		t.Errorf("%d runs in the store, want 7, the two that failed and the last one", stored)
	}
}

func TestBaselineRequired(t *testing.T) {
	s := newScene(t)
	s.set("baseline.off", false, "baseline.required", true, "baseline.store", filepath.Join(s.dir, "store"), "run.duration", "3s")
	s.expect(s.gate(), 6, record.Fail, "NO BASELINE")
}

// Two gates write into one store at once, and a third run finds damaged and foreign files.
func TestSharedStore(t *testing.T) {
	long(t)
	s := newScene(t)
	dir := filepath.Join(s.dir, "store")
	s.set("baseline.off", false, "baseline.store", dir, "identity.branch", "main", "run.duration", "3s")
	delete(s.plan, "output.record")
	one, two := s.begin("gate", "run"), s.begin("gate", "run")
	if a, b := one.end(), two.end(); a.code != 0 || b.code != 0 {
		t.Errorf("exit codes %d and %d", a.code, b.code)
	}
	stored := 0
	for _, err := range baseline.Open(dir).Runs() {
		s.ok(err)
		stored++
	}
	if stored != 2 {
		t.Errorf("%d runs in the store, want 2", stored)
	}
	for name, text := range map[string]string{
		"20200101T000000Z-0000000000000000.json": `{"schema": 1, "id": "2020`,
		"20200101T000000Z-0000000000000001.json": `{"schema": 99}`,
		"package.json":                           `{"name": "shop"}`,
	} {
		s.ok(os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	o := s.gate()
	if o.code != 0 {
		t.Errorf("exit code %d", o.code)
	}
	for _, name := range []string{"0000000000000000.json", "package.json"} {
		if !contains(o.output, name) {
			t.Errorf("the output does not name %s", name)
		}
	}
}

// A store that cannot be written is an error, and the verdict is told all the same.
func TestStoreIsFull(t *testing.T) {
	long(t)
	s := newScene(t)
	blocked := filepath.Join(s.dir, "file")
	s.ok(os.WriteFile(blocked, nil, 0o600))
	s.set("baseline.off", false, "baseline.store", filepath.Join(blocked, "store"), "run.duration", "3s")
	o := s.gate()
	if o.code != 1 || !contains(o.output, "baseline: ") {
		t.Errorf("exit code %d, want 1 and a message", o.code)
	}
	if o.run.Verdict == nil || o.run.Verdict.Outcome != record.Pass {
		t.Error("the verdict is lost")
	}
}
