//go:build integration

package integration

import (
	"syscall"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
	"github.com/hopperband/hopperband/protocol"
)

// TestSignals ends workers with SIGTERM.
func TestSignals(t *testing.T) {
	t.Parallel()
	slow := built(t, "faulty")
	with := func(test func(*testing.T, string)) func(*testing.T) {
		return func(t *testing.T) { test(t, slow) }
	}
	atOnce(t, map[string]func(*testing.T){
		"in a test":        with(signalInTest),
		"twice":            with(signalTwice),
		"without a test":   with(signalIdle),
		"without a master": with(signalAlone),
		"after the master": with(signalOrphan),
	})
}

// swarming starts ten users, whose requests take so long, on a worker behind a proxy. The stop
// timeout is longer than the worker is waited for.
func (s *scene) swarming(program string, target *rig.Target, request time.Duration) (*rig.Master, *rig.Proxy, *rig.Worker) {
	s.t.Helper()
	m := s.master(target, rig.MasterConfig{Locustfile: s.locustfileOf(program), WebUI: true, StopTimeout: 2 * time.Minute})
	proxy := s.proxy(m)
	w := s.run(rig.WorkerConfig{Path: program, Master: proxy.Addr(), Env: []string{"FAULTY_REQUEST=" + request.String()}})
	s.state(m, "ready", 1, 0)
	s.ok(m.API().Swarm(s.ctx, rig.Swarm{Users: 10}))
	_, err := m.API().WaitStats(s.ctx, func(st *rig.Stats) bool { return st.State == "running" && st.UserCount == 10 })
	s.ok(err)
	return m, proxy, w
}

// signalInTest: the users end their tasks, and all of their requests reach the master
// before the quit.
func signalInTest(t *testing.T, slow string) {
	s := newScene(t, time.Minute)
	target := s.target()
	m, proxy, w := s.swarming(slow, target, 2500*time.Millisecond)
	s.terminate(w.Process, 6*time.Second, 0)

	var last rig.Frame
	for _, f := range proxy.Frames() {
		if f.From == rig.FromWorker {
			last = f
		}
	}
	if !last.Is("quit") {
		t.Errorf("the last message is %v, want quit", last.Message)
	}
	served := s.served(target)
	s.counted(m, served)
	if sum := s.summary(w); sum != (rig.Summary{Recorded: served, Reported: served}) {
		t.Errorf("served %d, worker %+v: want all reported", served, sum)
	}
	s.state(m, "stopped", 0, 0)
}

// signalTwice: the second signal does not wait for the tasks, nor for the stop timeout that
// the first one gives them.
func signalTwice(t *testing.T, slow string) {
	s := newScene(t, time.Minute)
	m, proxy, w := s.swarming(slow, s.target(), time.Minute)
	s.ok(w.Signal(syscall.SIGTERM))
	s.line(w.Process, time.Second, 1, "told to end")
	<-time.After(100 * time.Millisecond) // at once it would be taken for the first one: timeout(1) sends each twice
	s.terminate(w.Process, 5*time.Second, 128+int(syscall.SIGTERM))
	for _, f := range proxy.Frames() {
		if f.Is("quit") {
			t.Error("it has said quit: it has not ended at the second signal")
		}
	}
	s.state(m, "stopped", 0, 0)
}

func signalIdle(t *testing.T, slow string) {
	s := newScene(t, time.Minute)
	m := s.master(s.target(), rig.MasterConfig{WebUI: true})
	proxy := s.proxy(m)
	w := s.run(rig.WorkerConfig{Path: slow, Master: proxy.Addr()})
	s.state(m, "ready", 1, 0)
	s.terminate(w.Process, 2*time.Second, 0)
	if _, err := proxy.WaitFrame(s.within(time.Second), isQuit); err != nil {
		t.Errorf("no quit: %v", err)
	}
	s.state(m, "stopped", 0, 0) // what Locust calls it when its last worker has quit
}

func isQuit(f rig.Frame) bool {
	_, ok := f.Message.(*protocol.Quit)
	return ok && f.From == rig.FromWorker
}

func signalAlone(t *testing.T, slow string) {
	s := newScene(t, time.Minute)
	port, err := rig.FreePort()
	s.ok(err)
	w := s.run(rig.WorkerConfig{Path: slow, Master: rig.Local(port)})
	s.line(w.Process, 5*time.Second, 1, "connection refused")
	s.terminate(w.Process, 2*time.Second, 0)
}

// signalOrphan: requests that no master can be told of are counted as unreported.
func signalOrphan(t *testing.T, slow string) {
	s := newScene(t, time.Minute)
	target := s.target()
	m, _, w := s.swarming(slow, target, 2500*time.Millisecond)
	m.Kill()
	s.line(w.Process, 5*time.Second, 1, "lost master")
	// The tasks take 2.5 s, and the master has 3 s to come back.
	s.terminate(w.Process, 8*time.Second, 0)
	if sum, served := s.summary(w), s.served(target); sum.Recorded != served || sum.Reported+sum.Unreported != served || sum.Unreported == 0 {
		t.Errorf("served %d, worker %+v: want some of them unreported, and the others reported", served, sum)
	}
}
