package baseline_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/baseline"
	"github.com/hopperband/hopperband/internal/gate/record"
)

func began() time.Time { return time.Date(2025, 6, 1, 8, 0, 0, 0, time.UTC) }

// passed is the n-th run of main, which passed.
func passed(n int) *record.Run {
	started := began().Add(time.Duration(n) * time.Hour)
	f := record.Figures{Requests: 200, Failures: 1}
	for i := range 200 {
		f.ResponseTime.Observe(0.1 + float64(i+n)/1000)
	}
	run := &record.Run{
		Schema: record.Schema, ID: record.NewID(started), Total: f.Over(60),
		Identity: record.Identity{Version: fmt.Sprintf("v%d", n), Environment: "staging", Branch: "main", DefaultBranch: "main", Started: started},
		Plan:     record.Plan{Digest: "d", Users: 10, DurationSeconds: 60, Workers: 1},
		Verdict:  &record.Verdict{Outcome: record.Pass},
	}
	f.Name = "/"
	run.Names = []record.Figures{f.Over(60)}
	return run
}

func put(t *testing.T, s *baseline.Store, runs ...*record.Run) {
	t.Helper()
	for _, r := range runs {
		if err := s.Put(r); err != nil {
			t.Fatal(err)
		}
	}
}

// all returns the IDs of the runs, the newest first, and the problems.
func all(s *baseline.Store) (ids []string, problems []error) {
	for run, err := range s.Runs() {
		if err != nil {
			problems = append(problems, err)
			continue
		}
		ids = append(ids, run.ID)
	}
	return ids, problems
}

func TestStore(t *testing.T) {
	s := baseline.Open(filepath.Join(t.TempDir(), "made", "when needed"))
	if ids, problems := all(s); ids != nil || problems != nil {
		t.Errorf("a folder that does not exist has %v, %v", ids, problems)
	}
	old, recent := passed(1), passed(2)
	put(t, s, recent, old)
	if ids, _ := all(s); len(ids) != 2 || ids[0] != recent.ID {
		t.Errorf("runs %v, want the newest first", ids)
	}
	got, err := s.Get(old.ID[:16])
	if err != nil || got.ID != old.ID || got.Total.ResponseTime.Count() != 200 {
		t.Errorf("read back: %+v, %v", got, err)
	}
	if err := s.Put(old); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("the same run again: %v", err)
	}
	for id, want := range map[string]string{"2025": "write more of the ID", "nope": "gate baseline list", "": "no run"} {
		if _, err := s.Get(id); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("run %q: %v, want %q", id, err, want)
		}
	}
	evil := passed(3)
	evil.ID = "../../escaped"
	if err := s.Put(evil); err == nil {
		t.Error("an ID that leads out of the folder was accepted")
	}
}

func TestStoreOfManyWriters(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	const gates, each = 6, 5
	for g := range gates {
		wg.Go(func() {
			s := baseline.Open(dir)
			for n := range each {
				if err := s.Put(passed(g*each + n)); err != nil {
					t.Error(err)
				}
				if _, problems := all(s); len(problems) > 0 {
					t.Errorf("seen while others write: %v", problems)
				}
			}
		})
	}
	wg.Wait()
	if ids, problems := all(baseline.Open(dir)); len(ids) != gates*each || len(problems) > 0 {
		t.Errorf("%d runs, problems %v; want %d and none", len(ids), problems, gates*each)
	}
	left, _ := filepath.Glob(filepath.Join(dir, ".*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestDamagedAndForeignFiles(t *testing.T) {
	dir := t.TempDir()
	s := baseline.Open(dir)
	good := passed(1)
	put(t, s, good)
	whole, err := os.ReadFile(filepath.Join(dir, good.ID+".json"))
	if err != nil {
		t.Fatal(err)
	}
	id := func(n int) string { return passed(n).ID + ".json" }
	files := map[string]struct{ data, want string }{
		id(10):            {string(whole[:len(whole)/2]), "not a record"},
		id(11):            {"", "not a record"},
		id(12):            {strings.Replace(string(whole), `"schema":1`, `"schema":7`, 1), "schema 7 is of a newer gate"},
		id(13):            {strings.Replace(string(whole), `"schema":1`, `"schema":0`, 1), "schema 0, this gate reads 1"},
		id(14):            {string(whole), "renamed or copied"},
		id(15):            {strings.Replace(string(whole), `"failures":1,`, `"failures":900,`, 1), "more failures than requests"},
		id(16):            {strings.Replace(string(whole), `"count":200`, `"count":201`, 1), "the buckets have 200"},
		id(17):            {strings.Replace(string(whole), `"outcome":"PASS"`, `"outcome":"\u001b[2J"`, 1), "no gate writes"},
		"package.json":    {`{"name":"left-pad","version":"1.0.0"}`, "names no schema"},
		"array.json":      {`[1,2,3]`, "not a record"},
		"binary.json":     {"\x00\x01\xff\xfe", "not a record"},
		"notes.txt":       {"not read at all", ""},
		".unfinished-123": {"not read either", ""},
	}
	want := 1 // the folder below
	for name, f := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(f.data), 0o600); err != nil {
			t.Fatal(err)
		}
		if f.want != "" {
			want++
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	ids, problems := all(s)
	if len(ids) != 1 || ids[0] != good.ID || len(problems) != want {
		t.Errorf("runs %v and %d problems, want %v and %d: %v", ids, len(problems), good.ID, want, problems)
	}
	for name, f := range files {
		if f.want == "" {
			continue
		}
		found := false
		for _, p := range problems {
			found = found || strings.Contains(p.Error(), name) && strings.Contains(p.Error(), f.want)
		}
		if !found {
			t.Errorf("no problem of %s with %q", name, f.want)
		}
	}
	// They are named, and stop nothing.
	history, named := baseline.Defaults().Select(passed(20), s.Runs())
	if len(history.Runs) != 1 || len(named) != want {
		t.Errorf("selected %d runs, %d problems", len(history.Runs), len(named))
	}
}

func TestFolderThatCannotBeUsed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := baseline.Open(file)
	if err := s.Put(passed(1)); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("putting into a file: %v", err)
	}
	if _, problems := all(s); len(problems) != 1 {
		t.Errorf("reading a file as a folder: %v", problems)
	}
}
