//go:build integration

package gate

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/baseline"
	"github.com/hopperband/hopperband/internal/gate/plan"
	"github.com/hopperband/hopperband/internal/gate/record"
)

// history makes a store of seven runs of the plan that passed, an hour after each other: a
// request of each user in each second took so long, and up to a hundredth more.
func (s *scene) history(seconds float64) *baseline.Store {
	s.t.Helper()
	p, _, err := plan.Load([]string{"--plan", s.file()}, os.LookupEnv)
	s.ok(err)
	store := baseline.Open(string(p.Baseline.Store))
	length := time.Duration(p.Run.Duration)
	for i := range 7 {
		started := time.Now().Add(time.Duration(i-8) * time.Hour)
		f := record.Figures{Requests: int64(p.Run.Users) * int64(length/time.Second)}
		for n := range f.Requests {
			f.ResponseTime.Observe(seconds * (1 + 0.01*float64(n)/float64(f.Requests)))
		}
		s.ok(store.Put(&record.Run{
			Schema: record.Schema, ID: record.NewID(started),
			Identity: record.Identity{Branch: string(p.Identity.Branch), Version: "1.0.0", Started: started, Ended: started.Add(length)},
			Plan:     record.Plan{Digest: p.Digest(), Users: int(p.Run.Users), DurationSeconds: length.Seconds(), Workers: p.ExpectedWorkers()},
			Total:    f.Over(length.Seconds()),
			Sources:  []record.Source{{Kind: record.SourceWorkers, Figures: true, Resolution: record.Native}},
			Verdict:  &record.Verdict{Outcome: record.Pass},
		}))
	}
	return store
}

// A regression of 30 % is seen, confirmed by a second run, and named with its figures; the
// same version again passes. It runs alone and with the gate's own limits; where this machine
// is too busy for a verdict, it runs once more.
func TestRegression(t *testing.T) {
	s := aloneScene(t)
	s.remote(1)
	s.set(
		"baseline.off", false, "baseline.store", filepath.Join(s.dir, "store"), "identity.branch", "main",
		"run.classes", []string{"Patient"}, "run.users", 60, "run.duration", "4s",
	)
	store := s.history(0.401)
	s.turn("delay", "400ms")
	same := s.undisturbed()
	s.expect(same, 0, record.Pass, "")
	if b := same.run.Verdict.Baseline; b.State != record.Compared || len(b.Runs) != 7 {
		t.Errorf("compared with %+v, want seven runs", b)
	}

	s.turn("delay", "520ms", "version", "1.1.0")
	worse := s.undisturbed()
	s.expect(worse, 4, record.Fail, "p95")
	c := checkOf(t, worse.run, record.BaselineCheck, "p95")
	if c.Seen == nil || c.Expected == nil || *c.Seen < 0.52 || *c.Seen / *c.Expected < 1.2 || *c.Seen / *c.Expected > 1.5 {
		t.Errorf("check %+v, want p95 of about 520ms after 400ms", c)
	}
	if worse.run.Verdict.Confirms == "" {
		t.Error("the regression was not confirmed by a second run")
	}
	stored := map[record.Outcome]int{}
	for run, err := range store.Runs() {
		s.ok(err)
		stored[run.Verdict.Outcome]++
	}
	t.Logf("in the store: %v", stored)
	if stored[record.Pass] != 8 || stored[record.Fail] < 2 {
		t.Errorf("%v in the store, want the seven and the one that passed, and the two that failed", stored)
	}
}

func TestBaselineRequired(t *testing.T) {
	s := newScene(t)
	s.amongOthers()
	s.set("baseline.off", false, "baseline.required", true, "baseline.store", filepath.Join(s.dir, "store"), "run.duration", "3s")
	s.expect(s.gate(), 6, record.Fail, "NO BASELINE")
}

// Two gates write into one store at once, and a third run finds damaged and foreign files.
func TestSharedStore(t *testing.T) {
	long(t)
	s := newScene(t)
	s.amongOthers()
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

// A store and files that cannot be written are an error, the verdict is told all the same,
// and nothing half written is left. The shell lets the gate write no file of more than a KB.
func TestFullDisk(t *testing.T) {
	long(t)
	s := newScene(t)
	s.amongOthers()
	s.remote(1)
	store, report := filepath.Join(s.dir, "store"), filepath.Join(s.dir, "gate.json")
	s.set("baseline.off", false, "baseline.store", store, "output.json", report, "run.duration", "3s")
	delete(s.plan, "output.record")
	s.wrapper = []string{"sh", "-c", `ulimit -f 1 && exec "$0" "$@"`}
	o := s.begin("gate", "run").end()
	if o.code != 1 || !contains(o.output, "PASS ") || !contains(o.output, "baseline: writing run ") || !contains(o.output, "not written: "+report+": file too large") {
		t.Errorf("exit code %d, want 1, the verdict, and a message on each", o.code)
	}
	for _, pattern := range []string{store + "/*", store + "/.*", report, s.dir + "/.unfinished*"} {
		if left, _ := filepath.Glob(pattern); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
	s.quiet()
}
