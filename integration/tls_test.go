//go:build integration

package integration

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
	"github.com/hopperband/hopperband/internal/certtest"
)

// TestTLS puts stunnel in front of a master, which takes workers with a certificate of its
// CA only.
func TestTLS(t *testing.T) {
	s := newScene(t, 2*time.Minute)
	f := s.front()
	old := s.master(f.target, rig.MasterConfig{Name: "old", WebUI: true, StopTimeout: 5 * time.Second})
	f.open(old)
	w := s.worker("worker", f.addr, append([]string{"--master-tls", "--master-tls-ca", f.ca}, f.client...)...)
	atOnce(t, map[string]func(*testing.T){
		"unknown CA":            f.refuses("no CA known here", "--master-tls-ca", f.otherCA),
		"other name":            f.refuses("--master-tls-server-name", "--master-tls-ca", f.ca, "--master-tls-server-name", "master"),
		"no client certificate": f.refuses("wants a client certificate", "--master-tls-ca", f.ca),
		"strange client":        f.refuses("refuses this worker's client certificate", append(f.stranger, "--master-tls-ca", f.ca)...),
	})
	f.isKilled(old, w)
	if !s.isOlder(echoes) { // by which a new master is known
		f.hasNewMaster(old, w)
	}
}

// A front is stunnel and what it and its workers need.
type front struct {
	*scene
	target       *rig.Target
	process      *rig.Process
	addr         string
	ca, otherCA  string   // files
	client       []string // a worker's flags
	stranger     []string // with a certificate that the front does not take
	cert, key    string
	stunnel, cfg string
}

// front makes the certificates and finds stunnel, which CI has to have.
func (s *scene) front() *front {
	s.t.Helper()
	f := &front{scene: s, target: s.target(), cfg: filepath.Join(s.dir, "stunnel.conf")}
	var err error
	if f.stunnel, err = exec.LookPath("stunnel"); err != nil {
		if os.Getenv("CI") == "true" {
			s.t.Fatalf("%v: apt-get install stunnel4", err)
		}
		s.t.Skipf("%v: apt-get install stunnel4", err)
	}
	ca, other := certtest.NewCA(s.t, "ca"), certtest.NewCA(s.t, "other")
	f.ca, f.otherCA = ca.File(s.dir), other.File(s.dir)
	f.cert, f.key = ca.Files(s.dir, ca.Issue(certtest.Leaf{Name: "front", Hosts: []string{"127.0.0.1"}}))
	cert, key := ca.Files(s.dir, ca.Issue(certtest.Leaf{Name: "worker"}))
	f.client = []string{"--master-tls-cert", cert, "--master-tls-key", key}
	cert, key = other.Files(s.dir, other.Issue(certtest.Leaf{Name: "stranger"}))
	f.stranger = []string{"--master-tls-cert", cert, "--master-tls-key", key}
	port, err := rig.FreePort()
	s.ok(err)
	f.addr = rig.Local(port)
	return f
}

// open starts stunnel in front of a master.
func (f *front) open(m *rig.Master) {
	f.t.Helper()
	f.write(f.cfg, fmt.Sprintf("foreground = yes\npid =\nsyslog = no\n[locust]\naccept = %s\nconnect = %s\ncert = %s\nkey = %s\nCAfile = %s\nverifyChain = yes\n",
		f.addr, m.Addr, f.cert, f.key, f.ca))
	p, err := rig.Start(f.ctx, rig.Command{Name: "stunnel", Path: f.stunnel, Args: []string{f.cfg}, Dir: f.dir})
	f.ok(err)
	f.watch(p)
	f.process = p
	for {
		c, err := net.Dial("tcp", f.addr)
		if err == nil {
			f.ok(c.Close())
			return
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-p.Done():
			f.t.Fatalf("stunnel has ended:\n%s", p.Tail(20))
		case <-f.ctx.Done():
			f.t.Fatalf("stunnel does not listen: %v", err)
		}
	}
}

// refuses starts a worker that the front does not take, or that does not take the front: it
// says why once, and gives up in its time.
func (f *front) refuses(words string, args ...string) func(*testing.T) {
	return func(t *testing.T) {
		name := strings.ReplaceAll(filepath.Base(t.Name()), "_", "-")
		w := f.worker(name, f.addr, append(args, "--master-tls", "--connect-timeout", "8s")...)
		f.ends(w.Process, 20*time.Second, 1)
		lines := complaints(t, w.Process)
		if len(lines) != 3 || !strings.Contains(lines[0].Message, words) || !strings.Contains(lines[0].Message, "cannot reach master "+f.addr) {
			t.Errorf("complaints %+v, want one of the link with %q, one of the worker and one of the program", lines, words)
		}
	}
}

// isKilled kills the front in a test and opens it again: no request is lost, and users run
// on.
func (f *front) isKilled(m *rig.Master, w *rig.Worker) {
	f.state(m, "ready", 1, 0)
	f.ok(m.API().Swarm(f.ctx, rig.Swarm{Users: 10}))
	f.state(m, "running", 1, 10)
	f.process.Kill()
	f.line(w.Process, 5*time.Second, 1, "cannot reach master "+f.addr+": connection refused")
	f.open(m)
	f.line(w.Process, 10*time.Second, 2, "registered with the master")
	f.loaded(f.target)
	f.state(m, "running", 1, 10)
	f.ok(m.API().Stop(f.ctx))
	served := f.served(f.target)
	st, err := m.API().WaitStats(f.ctx, func(st *rig.Stats) bool { return st.State == "stopped" && st.Total().NumRequests >= served })
	f.ok(err)
	f.t.Logf("served %d, master %d, of which some may be those of a report sent again", served, st.Total().NumRequests)
}

// hasNewMaster kills the master in a test, which no refused dial tells of behind a front:
// the new one gets the worker, and nothing of the old one's test.
func (f *front) hasNewMaster(old *rig.Master, w *rig.Worker) {
	t := f.t
	f.ok(old.API().Swarm(f.ctx, rig.Swarm{Users: 10}))
	f.state(old, "running", 1, 10)
	old.Kill()
	m := f.master(f.target, rig.MasterConfig{Name: "new", WebUI: true, Port: portOf(f.scene, old.Addr)})
	f.line(w.Process, 20*time.Second, 3, "registered with the master")
	f.still(f.target, 2*time.Second)
	st, err := m.API().Stats(f.ctx)
	f.ok(err)
	if n := st.Total().NumRequests; n != 0 || st.UserCount != 0 {
		t.Errorf("the new master has %d requests and %d users of the old one's test", n, st.UserCount)
	}
	f.ok(m.Stop(f.ctx))
	f.endWell(w.Process)
	sum, served := f.summary(w), f.served(f.target)
	if missing := served - sum.Recorded; missing < 0 || missing > sum.Interrupted || sum.Recorded != sum.Reported+sum.Unreported {
		t.Errorf("served %d, worker %+v: want at most the interrupted ones to be missing", served, sum)
	}
}
