//go:build integration

package gate

import (
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/record"
)

func TestPass(t *testing.T) {
	s := newScene(t)
	s.amongOthers()
	s.beside("headless = true\nautostart = true\nautoquit = 1\nprocesses = 2\nweb-login = true\n",
		"LOCUST_HEADLESS=true", "LOCUST_MODE_WORKER=true", "LOCUST_USERCLASS_PICKER=true", "LOCUST_TAGS=none", "LOCUST_RUN_TIME=1s")
	s.set("thresholds", []any{"p95 < 2s", "failures < 1%", "rate > 5/s", map[string]any{"check": "count > 5", "name": "/items/[id]"}})
	o := s.gate()
	s.expect(o, 0, record.Pass, "")
	if r := o.run.Reconciled; !r.Compared || r.Requests[0] != r.Requests[1] || r.Requests[0] < 60 {
		t.Errorf("reconciled %+v: the same of workers and master was expected", r)
	}
	counts, err := s.target.Counts(s.ctx)
	s.ok(err)
	if g := o.run.Generator; g.Interrupted == nil || g.WakeUpLagP99 == nil || counts.Total < o.run.Sources[0].Requests || counts.Total > o.run.Sources[0].Requests+*g.Interrupted {
		t.Errorf("the target answered %d, the workers counted %d, generator %+v", counts.Total, o.run.Sources[0].Requests, g)
	}
	if len(o.run.Series) < 4 || o.run.Total.Rate <= 0 || o.run.Identity.Version != "1.0.0" {
		t.Errorf("%d points, rate %v, version %q", len(o.run.Series), o.run.Total.Rate, o.run.Identity.Version)
	}
}

func TestFailuresFail(t *testing.T) {
	s := newScene(t)
	s.amongOthers()
	s.turn("error-rate", "0.02")
	s.set("thresholds", []any{"failures < 0.5%"}, "run.users", 50)
	o := s.gate()
	s.expect(o, 3, record.Fail, "failures of total is ")
	if c := checkOf(t, o.run, record.ThresholdCheck, "failures"); c.Seen == nil || *c.Seen < 0.005 || *c.Seen > 0.06 {
		t.Errorf("check %+v, want about 2 %%", c)
	}
}

func TestStopAtOnce(t *testing.T) {
	long(t)
	s := newScene(t)
	s.amongOthers()
	s.turn("error-rate", "0.5")
	s.set("run.duration", "2m", "thresholds", []any{map[string]any{"check": "failures < 10%", "stop": true, "grace": "2s", "window": "2s"}})
	o := s.gate()
	s.expect(o, 3, record.Fail, "failures of total is ")
	if o.run.Window.Stopped == "" || o.run.Window.Seconds() > 60 {
		t.Errorf("window %+v: the run went on", o.run.Window)
	}
}

func TestZeroRequestsAreInvalid(t *testing.T) {
	s := newScene(t)
	s.set("run.classes", []string{"Idle"}, "run.duration", "3s", "thresholds", []any{"failures < 1%"})
	s.expect(s.gate(), 5, record.Invalid, "requests: 0, allowed is >= 100")
}

func TestUsersNotReachedAreInvalid(t *testing.T) {
	long(t)
	s := newScene(t)
	s.set("run.classes", []string{"Quitter"}, "run.wait", "20s")
	s.expect(s.gate(), 5, record.Invalid, "of 25 users run after")
}

func TestThrottledGeneratorIsInvalid(t *testing.T) {
	s := newScene(t)
	s.env = append(s.env, "GOMAXPROCS=1")
	s.set("run.classes", []string{"Hungry"})
	o := s.gate()
	s.expect(o, 5, record.Invalid, "missed iterations: ")
	g := o.run.Generator
	if g.CPUWaitP99 == nil {
		t.Fatal("nobody knows how long the worker waited for a CPU")
	}
	t.Logf("CPU %v, lag %v, waits for a CPU above %v", *g.CPUMax, *g.ScheduleLagP99, *g.CPUWaitP99)
}

func TestNewVersionIsInvalid(t *testing.T) {
	s := newScene(t)
	c := s.begin("gate", "run")
	s.loaded(20)
	s.turn("version", "1.0.1")
	s.expect(c.end(), 5, record.Invalid, `version: "1.0.0" before and "1.0.1" after`)
}

func TestLostWorkerIsInvalid(t *testing.T) {
	s := newScene(t)
	_, workers := s.remote(2)
	s.set("run.duration", "60s")
	c := s.begin("gate", "run")
	s.loaded(40)
	workers[0].Kill()
	o := c.end()
	s.expect(o, 5, record.Invalid, "workers lost: 1, allowed is <= 0")
	if g := o.run.Generator; g.WorkersSeen != 2 || g.WakeUpLagP99 != nil { // it knows nothing of their machine
		t.Errorf("generator %+v, want 2 workers seen", o.run.Generator)
	}
}

func TestMissingWorkerIsInvalid(t *testing.T) {
	long(t)
	s := newScene(t)
	s.remote(1)
	s.set("run.workers", 2, "run.wait", "3s")
	s.expect(s.gate(), 5, record.Invalid, "only 1 of 2 workers came within 3s")
}

func TestLostMasterIsUnreachable(t *testing.T) {
	s := newScene(t)
	m, _ := s.remote(1)
	s.set("run.duration", "2m")
	c := s.begin("gate", "run")
	s.loaded(20)
	m.Kill()
	o := c.end()
	if o.code != 7 || o.run.Verdict != nil {
		t.Errorf("exit code %d, verdict %v; want 7 and none", o.code, o.run.Verdict)
	}
	_, err := s.target.WaitQuiet(s.ctx, 2*time.Second) // the worker notices by itself
	s.ok(err)
}

// signalTries is how often a gate is ended: the machine may have been late by more than is seen.
const signalTries = 4

// From two seconds after the signal on the target is asked nothing more: its own record says
// so. Only by what this machine was late in the meantime it may be more.
func TestSignals(t *testing.T) {
	for name, test := range map[string]struct {
		signal os.Signal
		code   int
	}{"SIGTERM": {syscall.SIGTERM, 143}, "SIGINT": {syscall.SIGINT, 130}} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			if test.code == 143 {
				s.remote(1)
			}
			s.set("run.duration", "2m")
			for try := 1; ; try++ {
				last := s.signalled(test.signal, test.code)
				if last <= 2*time.Second {
					return
				}
				if try == signalTries {
					t.Fatalf("%d times the target answered more than two seconds after the signal", try)
				}
			}
		})
	}
}

// signalled ends a gate by a signal. It returns how long after it the target answered last, less
// what the machine was late meanwhile.
func (s *scene) signalled(signal os.Signal, code int) time.Duration {
	s.t.Helper()
	c := s.begin("gate", "run")
	s.loaded(200)
	machine := watchLag()
	signalled := time.Now()
	s.ok(c.cmd.Process.Signal(signal))
	o := c.end()
	took := time.Since(signalled)
	_, err := s.target.WaitQuiet(s.ctx, time.Second)
	s.ok(err)
	late := machine.end()
	if o.code != code || o.run.Verdict != nil {
		s.t.Fatalf("exit code %d, verdict %v; want %d and none", o.code, o.run.Verdict, code)
	}
	visits, err := s.target.Visits(s.ctx)
	s.ok(err)
	last := visits[0].At
	for _, v := range visits {
		if answered := v.At.Add(time.Duration(v.Seconds * float64(time.Second))); answered.After(last) {
			last = answered
		}
	}
	s.t.Logf("%d visits, the last answer %v after the signal; the gate ended after %v; the machine was up to %v late", len(visits), last.Sub(signalled), took, late)
	return last.Sub(signalled) - late
}
