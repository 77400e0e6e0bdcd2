//go:build integration

package integration

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// A scene is where one test happens: it starts parts that end with the test, and makes
// each master prove at the end that it is well. When the test fails it shows their logs.
type scene struct {
	t    *testing.T
	ctx  context.Context // bounds the whole test
	venv string
	dir  string // of the logs
}

// needs skips a test of what older versions of Locust do not have.
func (s *scene) needs(version, why string) {
	s.t.Helper()
	if have, err := rig.Version(s.venv); err != nil || rig.Older(have, version) {
		s.t.Skipf("Locust %s (%v): %s since %s", have, err, why, version)
	}
}

// isOlder says that the Locust of this test is older than a version.
func (s *scene) isOlder(version string) bool {
	s.t.Helper()
	have, err := rig.Version(s.venv)
	s.ok(err)
	return rig.Older(have, version)
}

// slack is how much longer than on a quiet machine a test or a part of it may take, such as on
// one whose cores others use as well. It costs nothing: what is waited for comes, or the
// test fails.
const slack = 3

// newScene bounds the test.
func newScene(t *testing.T, limit time.Duration) *scene {
	t.Helper()
	venv := os.Getenv("LOCUST_VENV")
	if venv == "" {
		t.Fatal("LOCUST_VENV is not set: run `make test-integration`")
	}
	ctx, cancel := context.WithTimeout(context.Background(), slack*limit) // t.Context ends before the cleanups
	t.Cleanup(cancel)
	return &scene{t: t, ctx: ctx, venv: venv, dir: t.ArtifactDir()}
}

// program returns the path of the quickstart worker.
func (s *scene) program() string { return built(s.t, "quickstart") }

// locustfile returns the path of the locustfile that the quickstart worker prints.
func (s *scene) locustfile() string {
	s.t.Helper()
	text, err := exec.CommandContext(s.ctx, s.program(), "locustfile").Output()
	s.ok(err)
	path := filepath.Join(s.dir, "locustfile.py")
	s.ok(os.WriteFile(path, text, 0o600))
	return path
}

// target starts a target.
func (s *scene) target() *rig.Target {
	s.t.Helper()
	target, err := rig.StartTarget(s.ctx, built(s.t, "target"), s.dir)
	s.ok(err)
	s.watch(target.Process)
	return target
}

// master starts a master; the scene fills in what c leaves out. No target leaves the host
// to the user classes. At the end of the test it has to be well.
func (s *scene) master(target *rig.Target, c rig.MasterConfig) *rig.Master {
	s.t.Helper()
	c.Venv, c.Dir = s.venv, s.dir
	if target != nil {
		c.Host = target.URL
	}
	if c.Locustfile == "" {
		c.Locustfile = s.locustfile()
	}
	m, err := rig.StartMaster(s.ctx, c)
	s.ok(err)
	s.watch(m.Process)
	s.t.Cleanup(func() { s.wellMaster(m) })
	return m
}

// wellMaster fails the test if the master is deaf or has printed a traceback.
func (s *scene) wellMaster(m *rig.Master) {
	s.t.Helper()
	if m.Alive() {
		ctx, cancel := afterwards()
		defer cancel()
		if err := m.Deaf(ctx); err != nil {
			s.t.Error(err)
		}
	}
	for _, traceback := range m.Tracebacks() {
		s.t.Errorf("%s has printed:\n%s", m.Name(), traceback)
	}
}

// worker starts a quickstart worker that connects to addr.
func (s *scene) worker(name, addr string, args ...string) *rig.Worker {
	s.t.Helper()
	w, err := rig.StartWorker(s.ctx, rig.WorkerConfig{Name: name, Path: s.program(), Dir: s.dir, Master: addr, Args: args})
	s.ok(err)
	s.watch(w.Process)
	return w
}

// pythonWorker starts a worker of Locust's own that connects to addr.
func (s *scene) pythonWorker(name, addr, locustfile string, args ...string) *rig.Process {
	s.t.Helper()
	p, err := rig.StartPythonWorker(s.ctx, rig.PythonWorkerConfig{
		Name: name, Venv: s.venv, Dir: s.dir, Locustfile: locustfile, Master: addr, Args: args,
	})
	s.ok(err)
	s.watch(p)
	return p
}

// proxy starts a proxy before a master.
func (s *scene) proxy(m *rig.Master) *rig.Proxy {
	s.t.Helper()
	p, err := rig.NewProxy(m.Addr)
	s.ok(err)
	s.t.Cleanup(p.Close)
	return p
}

// watch ends the process with the test, and shows its last lines if the test has failed.
func (s *scene) watch(p *rig.Process) {
	s.t.Cleanup(func() {
		ctx, cancel := afterwards()
		defer cancel()
		if err := p.Stop(ctx); err != nil {
			s.t.Error(err)
		}
		if s.t.Failed() {
			s.t.Logf("%s ended:\n%s", p.Name(), p.Tail(30))
		}
	})
}

// afterwards bounds what happens at the end of a test, whose own time may be over.
func afterwards() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), time.Minute)
}

// endWell waits for processes to end by themselves, with exit code 0.
func (s *scene) endWell(processes ...*rig.Process) {
	s.t.Helper()
	for _, p := range processes {
		code, err := p.Wait(s.ctx)
		s.ok(err)
		if code != 0 {
			s.t.Errorf("%s: exit code %d, want 0", p.Name(), code)
		}
	}
}

// served returns the number of requests that the target has answered.
func (s *scene) served(target *rig.Target) int64 {
	s.t.Helper()
	counts, err := target.Counts(s.ctx)
	s.ok(err)
	return counts.Total
}

// final returns the number of requests in the master's final table.
func (s *scene) final(m *rig.Master) int64 {
	s.t.Helper()
	final, err := m.Final()
	s.ok(err)
	return final.Requests
}

// summary returns the sum of what workers that have ended say of their requests.
func (s *scene) summary(workers ...*rig.Worker) (sum rig.Summary) {
	s.t.Helper()
	for _, w := range workers {
		one, err := w.Summary()
		s.ok(err)
		sum = sum.Plus(one)
	}
	return sum
}

func (s *scene) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}
