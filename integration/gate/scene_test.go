//go:build integration

package gate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
	"github.com/hopperband/hopperband/internal/gate/record"
)

// binaries is the variable that tells tests where the programs are.
const binaries = "HOPPERBAND_TEST_BINARIES"

// TestMain builds the programs once for all tests.
func TestMain(m *testing.M) {
	bin, err := filepath.Abs("../../.build/integration-gate")
	if err == nil {
		err = os.MkdirAll(bin, 0o750)
	}
	if err == nil {
		var out []byte
		out, err = exec.Command("go", "build", "-o", bin+"/", "../../cmd/hopperband", "../../examples/target", "./worker").CombinedOutput()
		if err != nil {
			err = fmt.Errorf("building: %w\n%s", err, out)
		}
	}
	if err == nil {
		err = os.Setenv(binaries, bin)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// A scene is where one test happens: a target, and plans with one load that tests change.
type scene struct {
	t      *testing.T
	ctx    context.Context
	venv   string
	bin    string
	dir    string
	target *rig.Target
	plan   map[string]any // keys with dots
	env    []string
	// wrapper goes before the command that starts the gate.
	wrapper []string
}

// newScene makes a scene beside those of other tests.
func newScene(t *testing.T) *scene {
	t.Helper()
	t.Parallel()
	return aloneScene(t)
}

// aloneScene starts a target and begins a plan: a master of the gate's own with one worker,
// 25 Steady users, a plateau of six seconds, no baseline.
func aloneScene(t *testing.T) *scene {
	t.Helper()
	venv := os.Getenv("LOCUST_VENV")
	if venv == "" {
		t.Fatal("LOCUST_VENV is not set: run `make test-gate`")
	}
	bin := os.Getenv(binaries)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Minute) // make bounds it tighter
	t.Cleanup(cancel)
	s := &scene{t: t, ctx: ctx, venv: venv, bin: bin, dir: t.ArtifactDir()}
	target, err := rig.StartTarget(ctx, filepath.Join(bin, "target"), s.dir)
	s.ok(err)
	s.target = target
	s.watch(s.target.Process)
	s.turn("delay", "30ms", "version", "1.0.0")
	s.plan = map[string]any{
		"name":         t.Name(),
		"local.worker": filepath.Join(bin, "worker"), "local.workers": 1, "local.locust": filepath.Join(venv, "bin", "locust"),
		"local.logs": s.dir,
		"run.users":  25, "run.classes": []string{"Steady"}, "run.warm_up": "1s", "run.duration": "6s", "run.interval": "1s",
		"run.host":             s.target.URL,
		"baseline.off":         true,
		"output.record":        filepath.Join(s.dir, "run.json"),
		"identity.version_url": s.target.URL + "/version",
	}
	return s
}

// long skips a test that `make test` has no time for.
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("one of the long tests: run `make gate-test`")
	}
}

func (s *scene) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// watch ends a process with the test, and shows its last lines if the test has failed.
func (s *scene) watch(p *rig.Process) {
	s.t.Cleanup(func() {
		p.Kill()
		if s.t.Failed() {
			s.t.Logf("%s ended:\n%s", p.Name(), p.Tail(30))
		}
	})
}

// turn changes the knobs of the target.
func (s *scene) turn(pairs ...string) {
	s.t.Helper()
	form := url.Values{}
	for pair := range slices.Chunk(pairs, 2) {
		form.Set(pair[0], pair[1])
	}
	resp, err := http.PostForm(s.target.URL+"/knobs", form)
	s.ok(err)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		s.t.Fatalf("knobs %v: status %d", pairs, resp.StatusCode)
	}
}

// set changes the plan.
func (s *scene) set(pairs ...any) {
	for pair := range slices.Chunk(pairs, 2) {
		s.plan[pair[0].(string)] = pair[1]
	}
}

// remote starts a master and so many workers that run already, and changes the plan.
func (s *scene) remote(workers int) (*rig.Master, []*rig.Worker) {
	s.t.Helper()
	text, err := exec.CommandContext(s.ctx, filepath.Join(s.bin, "worker"), "locustfile").Output()
	s.ok(err)
	file := filepath.Join(s.dir, "locustfile.py")
	s.ok(os.WriteFile(file, text, 0o600))
	m, err := rig.StartMaster(s.ctx, rig.MasterConfig{
		Venv: s.venv, Dir: s.dir, Locustfile: file, Host: s.target.URL, WebUI: true, Args: []string{"--class-picker"},
	})
	s.ok(err)
	s.watch(m.Process)
	var all []*rig.Worker
	var addresses []string
	for i := range workers {
		port, err := rig.FreePort()
		s.ok(err)
		address := fmt.Sprintf("127.0.0.1:%d", port)
		w, err := rig.StartWorker(s.ctx, rig.WorkerConfig{
			Name: fmt.Sprintf("worker-%d", i+1), Path: filepath.Join(s.bin, "worker"), Dir: s.dir, Master: m.Addr,
			Args: []string{"--metrics-address", address, "--metrics-linger", "0s"},
		})
		s.ok(err)
		s.watch(w.Process)
		all, addresses = append(all, w), append(addresses, "http://"+address+"/metrics")
	}
	for key := range maps.Keys(s.plan) {
		if strings.HasPrefix(key, "local.") {
			delete(s.plan, key)
		}
	}
	s.set("master.url", m.Web, "source.workers", addresses, "run.workers", workers)
	return m, all
}

// beside lets the gate run where other tests have their settings of Locust: in a file and in
// variables.
func (s *scene) beside(conf string, variables ...string) {
	s.t.Helper()
	home := s.t.TempDir()
	s.ok(os.WriteFile(filepath.Join(home, ".locust.conf"), []byte(conf), 0o600))
	s.env = append(append(s.env, "HOME="+home), variables...)
}

// document is the plan as JSON, which is YAML.
func (s *scene) document() []byte {
	root := map[string]any{}
	for key, value := range s.plan {
		section, name, nested := strings.Cut(key, ".")
		if !nested {
			root[key] = value
			continue
		}
		if root[section] == nil {
			root[section] = map[string]any{}
		}
		root[section].(map[string]any)[name] = value
	}
	text, err := json.MarshalIndent(root, "", " ")
	s.ok(err)
	return text
}

// An outcome is what one call of the gate came to.
type outcome struct {
	code   int
	run    record.Run // zero if it wrote none
	output string     // both streams
	took   time.Duration
}

// A call is a gate that runs.
type call struct {
	scene *scene
	cmd   *exec.Cmd
	out   bytes.Buffer
	begin time.Time
}

// file writes the plan and returns its path.
func (s *scene) file() string {
	s.t.Helper()
	path := filepath.Join(s.dir, "gate.yaml")
	s.ok(os.WriteFile(path, s.document(), 0o600))
	return path
}

// begin starts the gate.
func (s *scene) begin(words ...string) *call {
	s.t.Helper()
	file := s.file()
	if path, ok := s.plan["output.record"].(string); ok {
		_ = os.Remove(path)
	}
	c := &call{scene: s, begin: time.Now()}
	command := append(slices.Clone(s.wrapper), filepath.Join(s.bin, "hopperband"))
	command = append(append(command, words...), "--plan", file)
	c.cmd = exec.CommandContext(s.ctx, command[0], command[1:]...)
	c.cmd.Env = append(os.Environ(), s.env...)
	c.cmd.Stdout, c.cmd.Stderr = &c.out, &c.out
	s.ok(c.cmd.Start())
	return c
}

// end waits for the gate's end.
func (c *call) end() outcome {
	s := c.scene
	s.t.Helper()
	err := c.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		s.t.Fatal(err)
	}
	o := outcome{code: c.cmd.ProcessState.ExitCode(), output: c.out.String(), took: time.Since(c.begin)}
	s.t.Logf("exit code %d after %v:\n%s", o.code, o.took.Round(time.Millisecond), o.output)
	if path, ok := s.plan["output.record"].(string); ok {
		if text, err := os.ReadFile(path); err == nil {
			run, err := record.Parse(text)
			s.ok(err)
			o.run = *run
		}
	}
	return o
}

// gate runs the gate to its end.
func (s *scene) gate() outcome {
	s.t.Helper()
	return s.begin("gate", "run").end()
}

// expect checks the exit code, and that the record says the same with such a reason.
func (s *scene) expect(o outcome, code int, verdict record.Outcome, reason string) {
	s.t.Helper()
	if o.code != code {
		s.t.Errorf("exit code %d, want %d", o.code, code)
	}
	v := o.run.Verdict
	if v == nil {
		s.t.Fatal("the gate wrote no verdict")
	}
	if v.Outcome != verdict || v.ExitCode != code {
		s.t.Errorf("the record says %s with exit code %d, want %s with %d", v.Outcome, v.ExitCode, verdict, code)
	}
	if !strings.Contains(strings.Join(v.Reasons, "\n"), reason) {
		s.t.Errorf("reasons %q, want %q among them", v.Reasons, reason)
	}
	s.quiet()
}

// quiet checks that the target is not loaded any more.
func (s *scene) quiet() {
	s.t.Helper()
	before, err := s.target.Counts(s.ctx)
	s.ok(err)
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	<-timer.C
	after, err := s.target.Counts(s.ctx)
	s.ok(err)
	if after.Total != before.Total {
		s.t.Errorf("the target was asked %d times after the gate's end", after.Total-before.Total)
	}
}

// loaded waits until the target has answered so many requests more.
func (s *scene) loaded(more int64) {
	s.t.Helper()
	before, err := s.target.Counts(s.ctx)
	s.ok(err)
	for {
		now, err := s.target.Counts(s.ctx)
		s.ok(err)
		if now.Total >= before.Total+more {
			return
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-s.ctx.Done():
			s.t.Fatal("the target is not loaded")
		}
	}
}

// checkOf is the check of a figure of the total.
func checkOf(t *testing.T, run record.Run, kind record.CheckKind, figure string) record.Check {
	t.Helper()
	for _, c := range run.Verdict.Checks {
		if c.Kind == kind && c.Figure == figure && c.Method == "" && c.Name == "" {
			return c
		}
	}
	t.Fatalf("no %s check of %s among %+v", kind, figure, run.Verdict.Checks)
	return record.Check{}
}
