//go:build integration

package gate

import (
	"testing"
	"time"
)

// A gate that is killed outright takes its own master and workers with it (Linux).
func TestKilledWithItsMaster(t *testing.T) {
	long(t)
	s := newScene(t)
	s.set("run.duration", "2m")
	c := s.begin("gate", "run")
	s.loaded(20)
	s.ok(c.cmd.Process.Kill())
	c.end()
	_, err := s.target.WaitQuiet(s.ctx, 2*time.Second)
	s.ok(err)
}

// The run time given to a master that runs already ends the load of a gate that is killed.
func TestKilledBesideAMaster(t *testing.T) {
	long(t)
	s := newScene(t)
	s.remote(1)
	s.set("run.duration", "5s", "run.wait", "5s")
	c := s.begin("gate", "run")
	s.loaded(20)
	s.ok(c.cmd.Process.Kill())
	c.end()
	s.loaded(20) // it goes on at first
	_, err := s.target.WaitQuiet(s.ctx, 3*time.Second)
	s.ok(err)
}
