//go:build integration

package integration

import (
	"cmp"
	"fmt"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// The requests that a stop comes in the middle of: some begin at every time.
const (
	countedUsers   = 20
	countedRate    = 5.0 // users a second: their requests begin over 4 s, so that a late spawn does not bring all in step
	countedRequest = 2 * time.Second
)

// countedTries is how often a stop is played that chance can spoil.
const countedTries = 4

// TestStopCount stops users whose requests take 2 s, with several stop timeouts, and
// reconciles what the target, the worker and the master have counted to the request.
func TestStopCount(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*testing.T){}
	for _, timeout := range []time.Duration{0, time.Second, 10 * time.Second} {
		tests[fmt.Sprint("stop timeout ", timeout)] = func(t *testing.T) {
			for try := 1; ; try++ {
				spoilt := ""
				if t.Run(fmt.Sprint(try), func(t *testing.T) { spoilt = stopCount(t, timeout) }); spoilt == "" {
					return
				}
				t.Log(spoilt)
				if try == countedTries {
					t.Fatalf("so %d times in a row", try)
				}
			}
		}
	}
	atOnce(t, tests)
}

// stopCount returns what chance alone can have brought about.
func stopCount(t *testing.T, timeout time.Duration) (spoilt string) {
	s := newScene(t, 90*time.Second)
	program := built(t, "faulty")
	target := s.target()
	m := s.master(target, rig.MasterConfig{Locustfile: s.locustfileOf(program), WebUI: true, StopTimeout: timeout})
	w := s.run(rig.WorkerConfig{Path: program, Master: m.Addr, Env: []string{"FAULTY_REQUEST=" + countedRequest.String()}})
	s.state(m, "ready", 1, 0)
	s.ok(m.API().Swarm(s.ctx, rig.Swarm{Users: countedUsers, SpawnRate: countedRate}))
	s.state(m, "running", 1, countedUsers)
	s.ok(m.API().Stop(s.ctx))
	s.state(m, "stopped", 1, 0)
	counts, err := target.Counts(s.ctx)
	s.ok(err)
	st, err := m.API().FreshStats(s.ctx)
	s.ok(err)
	s.ok(m.Stop(s.ctx))
	s.endWell(m.Process, w.Process)

	sum, final := s.summary(w), s.final(m)
	t.Logf("target %+v, worker %+v, master %d", counts, sum, final)
	if counts.Begun < sum.Recorded || counts.Begun > sum.Recorded+sum.Interrupted {
		t.Errorf("%d requests have reached the target; the worker has recorded %d and interrupted %d", counts.Begun, sum.Recorded, sum.Interrupted)
	}
	if sum.Recorded > counts.Total {
		t.Errorf("the worker has recorded %d requests, of which the target has answered %d", sum.Recorded, counts.Total)
	}
	if n := st.Total().NumRequests; n != sum.Recorded || final != sum.Recorded || sum.Reported != sum.Recorded || sum.Failures > 0 {
		t.Errorf("the master shows %d requests and %d at its end, the worker %+v: want the recorded ones, and no failure", n, final, sum)
	}
	if counts.Begun < sum.Recorded+sum.Interrupted {
		spoilt = fmt.Sprintf("%d requests have reached the target, of %d and %d interrupted: some may have been cut off on their way", counts.Begun, sum.Recorded, sum.Interrupted)
	}
	return cmp.Or(checkInterrupted(t, timeout, sum.Interrupted, counts), spoilt)
}

// checkInterrupted knows what a stop timeout is worth to requests of 2 s, unless the machine
// has brought all of them in step.
func checkInterrupted(t *testing.T, timeout time.Duration, interrupted int64, counts rig.Counts) (spoilt string) {
	t.Helper()
	switch {
	case timeout >= countedRequest:
		if interrupted != 0 || counts.Total != counts.Begun {
			t.Errorf("%d requests interrupted, %+v: want none", interrupted, counts)
		}
	case interrupted > countedUsers:
		t.Errorf("%d requests of %d users interrupted", interrupted, countedUsers)
	case timeout > 0:
		if interrupted == 0 || interrupted == countedUsers {
			return fmt.Sprintf("%d requests interrupted, want some of the %d that ran: those that began less than a second before the stop", interrupted, countedUsers)
		}
	case interrupted == 0:
		return fmt.Sprintf("no request interrupted, want those that ran, of %d users", countedUsers)
	}
	return ""
}
