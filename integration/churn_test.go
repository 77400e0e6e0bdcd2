//go:build integration

package integration

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// A round of churn has to settle in this time: a worker is missed after 5 s, and asked
// again for its users after that.
const (
	churnSettles = 45 * time.Second
	churnRounds  = 4        // of the short test: one of each kind
	echoes       = "2.19.0" // masters answer heartbeats since
)

// TestChurn lets workers join, leave, be killed and be cut off during a test of a fleet of
// four, round by round; LOCUST_CHURN says how many. Each time the users settle to the
// master's number, evenly, and nothing of the survivors is lost.
func TestChurn(t *testing.T) {
	t.Parallel()
	rounds := churnRounds
	if n, err := strconv.Atoi(os.Getenv("LOCUST_CHURN")); err == nil {
		rounds = n
	}
	atOnce(t, map[string]func(*testing.T){
		"changed by hand": func(t *testing.T) { churn(t, rounds, false) },
		"rebalancing":     func(t *testing.T) { churn(t, rounds, true) },
	})
}

// churn runs a test through all rounds. Without --enable-rebalancing a master leaves the
// users of a lost worker to the next change of their number, which is then made by hand.
func churn(t *testing.T, rounds int, rebalancing bool) {
	s := newScene(t, time.Minute+time.Duration(rounds)*churnSettles)
	c := rig.MasterConfig{WebUI: true, StopTimeout: 5 * time.Second}
	again := "heartbeat"
	if rebalancing {
		c.Args = []string{"--enable-rebalancing"}
		if !s.isOlder(echoes) {
			again = "spawn"
		}
	}
	target := s.target()
	crew := &crew{scene: s, master: s.master(target, c), again: again, users: 40, lost: map[string]bool{}}
	crew.join(1)
	s.state(crew.master, "ready", 1, 0) // the first one leaves before a cut, after which an old master could give it a double share
	crew.join(1)
	crew.join(2)
	s.state(crew.master, "ready", crew.size(), 0)
	s.ok(crew.master.API().Swarm(s.ctx, rig.Swarm{Users: crew.users}))
	crew.settle("start")

	for i := range rounds {
		kind := crew.round(i)
		if !rebalancing || crew.leaves(kind) {
			crew.change(i)
		}
		crew.settle(fmt.Sprint("round ", i+1, ", ", kind))
	}
	s.ok(crew.master.API().Stop(s.ctx))
	crew.ready()
	crew.reconcile(target)
}

// round does what happens in the ith round, and returns its name.
func (c *crew) round(i int) string {
	switch i % 4 {
	case 0:
		c.join(c.hands[0].workers) // as many as leave in the next round
		return "join"
	case 1:
		c.leave()
		return "leave"
	case 2:
		c.kill()
		return "kill"
	}
	c.cut(c.hands[i/4%len(c.hands)], c.again)
	return "cut"
}

// leaves says that even a master that rebalances leaves users to the next change of their
// number: once it has rebalanced it does not do so for a worker that quits, nor for one that
// was cut off and does not join anew, as ours does with masters that answer heartbeats.
func (c *crew) leaves(kind string) bool {
	return kind == "leave" || kind == "cut" && c.isOlder(echoes)
}

// change asks for another number of users, as someone at the web UI would.
func (c *crew) change(i int) {
	c.t.Helper()
	c.live()
	c.users = 40 + 5*(i%3)
	c.ok(c.master.API().Swarm(c.ctx, rig.Swarm{Users: c.users}))
}
