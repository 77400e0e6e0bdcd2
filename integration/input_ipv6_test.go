//go:build integration

package integration

import (
	"net"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// TestInputIPv6 runs a test on a master that listens on ::1 only.
func TestInputIPv6(t *testing.T) {
	t.Parallel()
	if !rig.HasIPv6() {
		t.Skip("this machine has no ::1")
	}
	s := newScene(t, time.Minute)
	s.needs("2.20.1", "a master listens on IPv6")
	target := s.target()
	m, err := rig.StartMasterIPv6(s.ctx, rig.MasterConfig{
		Venv: s.venv, Dir: s.dir, Locustfile: s.locustfile(), Host: target.URL, WebUI: true, StopTimeout: 5 * time.Second,
	})
	s.ok(err)
	s.watch(m.Process)
	t.Cleanup(func() { s.wellMaster(m) })
	_, port, err := net.SplitHostPort(m.Addr)
	s.ok(err)
	var workers []*rig.Worker
	for _, host := range []string{"::1", "[::1]"} {
		w := s.worker("worker"+host, m.Addr, "--master-host", host, "--master-port", port)
		workers = append(workers, w)
	}
	s.state(m, "ready", 2, 0)
	s.ok(m.API().Swarm(s.ctx, rig.Swarm{Users: 10}))
	s.state(m, "running", 2, 10)
	s.ok(m.API().Stop(s.ctx))
	s.state(m, "stopped", 2, 0)
	s.ok(m.Stop(s.ctx))
	s.endWell(m.Process, workers[0].Process, workers[1].Process)
	s.agree(s.served(target), s.final(m), s.summary(workers...))
}
