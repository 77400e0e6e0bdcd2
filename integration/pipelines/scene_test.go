//go:build integration

package pipelines

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// A scene is an empty folder, a target, a forge, and the machine of a pipeline.
type scene struct {
	t      *testing.T
	ctx    context.Context
	bin    string // folder of the programs
	dir    string
	target *rig.Target
	forge  *forge
	env    []string
}

// newScene is a place with the files that init writes.
func newScene(t *testing.T) *scene {
	t.Helper()
	s := newPlace(t)
	s.init()
	return s
}

func newPlace(t *testing.T) *scene {
	t.Helper()
	t.Parallel()
	venv := os.Getenv("LOCUST_VENV")
	if venv == "" {
		t.Fatal("LOCUST_VENV is not set: run `make test-gate`")
	}
	bin, err := filepath.Abs(binaries)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 12*time.Minute) // make bounds it tighter
	t.Cleanup(cancel)
	s := &scene{t: t, ctx: ctx, bin: bin, dir: t.TempDir(), forge: newForge(t)}
	target, err := rig.StartTarget(ctx, filepath.Join(bin, "target"), t.ArtifactDir())
	s.ok(err)
	s.target = target
	t.Cleanup(target.Kill)
	s.env = append(os.Environ(),
		"PATH="+filepath.Join(venv, "bin")+":"+os.Getenv("PATH"), // Locust is installed already
		// Short, and on a machine that is busy with other tests.
		"HOPPERBAND_GATE_WARM_UP=1s", "HOPPERBAND_GATE_DURATION=3s", "HOPPERBAND_GATE_USERS=20", "HOPPERBAND_GATE_INTERVAL=1s",
		"HOPPERBAND_GATE_VALIDITY_REQUESTS=1", "HOPPERBAND_GATE_VALIDITY_SCHEDULE_LAG=1m", "HOPPERBAND_GATE_VALIDITY_CPU=100%",
		"HOPPERBAND_GATE_VALIDITY_ALLOW_CLOCK_STEPS=true", // what a late answer of a worker looks like
		// What such runs say about the target is no matter here.
		"HOPPERBAND_GATE_THRESHOLDS=[failures < 1%, p95 < 1m]",
		"HOPPERBAND_GATE_BASELINE_TIME_FLOOR=5s", "HOPPERBAND_GATE_BASELINE_RATE_FLOOR=100", "HOPPERBAND_GATE_BASELINE_FAILURES_FLOOR=50%",
	)
	return s
}

func (s *scene) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// init writes the files, and has go.mod name this checkout in place of a release. Its go.sum
// is there as if it were committed.
func (s *scene) init() {
	s.t.Helper()
	ci := strings.TrimSuffix(strings.ToLower(strings.TrimPrefix(s.t.Name(), "Test")), "prometheus")
	cmd := exec.CommandContext(s.ctx, filepath.Join(s.bin, "hopperband"), "init", "--host", s.target.URL, "--ci", ci, "--environment", "test")
	cmd.Dir = s.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("init: %v\n%s", err, out)
	}
	root, err := filepath.Abs("../..")
	s.ok(err)
	edit := exec.CommandContext(s.ctx, "go", "mod", "edit", "-require", ours+"@v0.0.0", "-replace", ours+"="+root)
	edit.Dir = filepath.Join(s.dir, "loadtest")
	s.ok(edit.Run())
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	s.ok(err)
	s.ok(os.WriteFile(filepath.Join(edit.Dir, "go.sum"), sums, 0o600))
}

// run runs a step as the CI does, and returns its exit code and output.
func (s *scene) run(st step, more ...string) (int, string) {
	s.t.Helper()
	cmd := exec.CommandContext(s.ctx, "bash", "-e", "-o", "pipefail", "-c", st.script)
	cmd.Dir, cmd.Env = s.dir, s.env
	for name, value := range st.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Env = append(cmd.Env, more...)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		s.t.Fatal(err)
	}
	s.t.Logf("%s: exit code %d\n%s", st.name, cmd.ProcessState.ExitCode(), out)
	return cmd.ProcessState.ExitCode(), string(out)
}

// expect runs a step that has to end well.
func (s *scene) expect(st step, more ...string) string {
	s.t.Helper()
	code, out := s.run(st, more...)
	if code != 0 {
		s.t.Fatalf("%s ended with exit code %d", st.name, code)
	}
	return out
}

// reported checks that there is a file with such a word.
func (s *scene) reported(name, want string) {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil || !strings.Contains(string(text), want) {
		s.t.Errorf("%s: %v, %d bytes without %s", name, err, len(text), want)
	}
}

// passed checks what the gate has left: a report of a run that passed, in each form, and a
// record in the store.
func (s *scene) passed() {
	s.t.Helper()
	for name, want := range map[string]string{"gate.json": `"outcome": "PASS"`, "gate.xml": "<testsuites>", "gate.html": "<html", "gate.md": "PASS"} {
		s.reported(name, want)
	}
	records, err := filepath.Glob(filepath.Join(s.dir, ".hopperband", "*.json"))
	if err != nil || len(records) != 1 {
		s.t.Errorf("%d records in the store: %v", len(records), err)
	}
	counts, err := s.target.Counts(s.ctx)
	if s.ok(err); counts.Total < 20 {
		s.t.Errorf("the target was asked %d times", counts.Total)
	}
}

const (
	token = "t0k3n"
	ours  = "github.com/hopperband/hopperband"
)

// A forge takes comments, and answers as if there were none.
type forge struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []string
}

func newForge(t *testing.T) *forge {
	f := &forge{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		switch {
		case r.Header.Get("Authorization") != "Bearer "+token && r.Header.Get("PRIVATE-TOKEN") != token:
			w.WriteHeader(http.StatusUnauthorized)
		case r.Method == http.MethodGet:
			fmt.Fprint(w, "[]")
		default:
			var sent struct{ Body string }
			_ = json.Unmarshal(text, &sent)
			f.mu.Lock()
			defer f.mu.Unlock()
			f.bodies = append(f.bodies, r.URL.Path+" "+sent.Body)
			fmt.Fprint(w, `{"id": 1}`)
		}
	}))
	t.Cleanup(f.Close)
	return f
}

// commented checks that the verdict was written once, to such a path.
func (s *scene) commented(path string) {
	s.t.Helper()
	s.forge.mu.Lock()
	defer s.forge.mu.Unlock()
	if b := s.forge.bodies; len(b) != 1 || !strings.HasPrefix(b[0], path+" <!-- hopperband gate: load+test -->") || !strings.Contains(b[0], "PASS") {
		s.t.Errorf("comments %q, want one on %s", b, path)
	}
}
