//go:build integration

package integration

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
	"github.com/hopperband/hopperband/protocol"
)

// A crew is the workers of one master, each process behind a proxy of its own.
type crew struct {
	*scene
	master *rig.Master
	again  string // what tells that a worker that was cut off is there again
	users  int    // that the master is asked for
	hands  []*hand
	left   []*hand // have ended well
	killed []*hand
	lost   map[string]bool // node IDs of the killed
	joined int
}

// A hand is one process of a crew, which is one worker to the master or several.
type hand struct {
	worker  *rig.Worker
	proxy   *rig.Proxy
	workers int
}

// size is how many workers the master should have.
func (c *crew) size() (n int) {
	for _, h := range c.hands {
		n += h.workers
	}
	return n
}

// join starts a process with so many workers.
func (c *crew) join(workers int) {
	c.t.Helper()
	c.joined++
	h := &hand{proxy: c.proxy(c.master), workers: workers}
	h.worker = c.worker("hand"+strconv.Itoa(c.joined), h.proxy.Addr(), "--processes", strconv.Itoa(workers))
	c.hands = append(c.hands, h)
}

// leave ends the oldest process with SIGTERM.
func (c *crew) leave() {
	c.t.Helper()
	h := c.hands[0]
	c.hands = c.hands[1:]
	c.left = append(c.left, h)
	c.terminate(h.worker.Process, 20*time.Second, 0)
}

// kill ends the oldest process with SIGKILL, and waits until the master has missed it.
// Another one comes in its place.
func (c *crew) kill() {
	c.t.Helper()
	h := c.hands[0]
	c.hands = c.hands[1:]
	c.killed = append(c.killed, h)
	h.worker.Kill()
	for id := range said(h.proxy.Frames()) {
		c.lost[id] = true
	}
	c.join(h.workers)
	_, err := c.master.API().WaitStats(c.within(churnSettles), func(st *rig.Stats) bool {
		return !slices.ContainsFunc(st.Workers, func(w rig.WorkerState) bool { return c.lost[w.ID] && w.State != "missing" })
	})
	c.ok(err)
}

// cut resets a process's connections, and waits for each of its workers' next message of a
// type: a heartbeat, or the spawn of a master that rebalances.
func (c *crew) cut(h *hand, messageType string) {
	c.t.Helper()
	begun := time.Now()
	h.proxy.Cut()
	heard := map[string]bool{}
	_, err := h.proxy.WaitFrame(c.within(churnSettles), func(f rig.Frame) bool {
		if f.At.After(begun) && f.Is(messageType) {
			heard[f.NodeID] = true
		}
		return len(heard) == h.workers
	})
	c.ok(err)
}

// live waits until the master has all workers of the crew and no other.
func (c *crew) live() {
	c.t.Helper()
	_, err := c.master.API().WaitStats(c.within(churnSettles), func(st *rig.Stats) bool { return live(st) == c.size() })
	c.ok(err)
}

// settle waits until all users run, evenly over all workers, and looks again: it has to
// stay so, and the workers have to say the same.
func (c *crew) settle(when string) {
	c.t.Helper()
	begun := time.Now()
	api := c.master.API()
	if st, err := api.WaitStats(c.within(churnSettles), c.even); err != nil {
		c.t.Fatalf("%s: want %d users on %d workers: %v; %+v", when, c.users, c.size(), err, st.Workers)
	}
	st, err := api.FreshStats(c.ctx)
	c.ok(err)
	if !c.even(st) {
		c.t.Errorf("%s: settled, but not for long: %d users, want %d: %+v", when, st.UserCount, c.users, st.Workers)
	}
	for limit := c.within(5 * time.Second); c.said(st) != c.users; {
		select {
		case <-time.After(100 * time.Millisecond): // what it has reported a worker says again as its answer to the spawn
		case <-limit.Done():
			c.t.Fatalf("%s: the workers say that they run %d users, want %d", when, c.said(st), c.users)
		}
	}
	c.t.Logf("%s: %d users on %d workers after %v", when, c.users, c.size(), time.Since(begun).Round(time.Millisecond))
}

// ready waits until all workers have ended their users. While a missing one is in its list
// the master itself calls the test stopping, for up to a minute.
func (c *crew) ready() {
	c.t.Helper()
	_, err := c.master.API().WaitStats(c.within(churnSettles), func(st *rig.Stats) bool {
		n := 0
		for _, w := range st.Workers {
			if w.State == "ready" {
				n++
			}
		}
		return st.UserCount == 0 && n == c.size()
	})
	c.ok(err)
}

func (c *crew) even(st *rig.Stats) bool {
	least, most := c.users/c.size(), (c.users+c.size()-1)/c.size()
	for _, w := range st.Workers {
		if w.State != "missing" && (w.UserCount < least || w.UserCount > most) {
			return false
		}
	}
	return st.UserCount == c.users && live(st) == c.size()
}

// said is how many users the live workers last said that they run.
func (c *crew) said(st *rig.Stats) (users int) {
	all := map[string]map[string]int{}
	for _, h := range c.hands {
		maps.Copy(all, said(h.proxy.Frames()))
	}
	for _, w := range st.Workers {
		for _, n := range all[w.ID] {
			users += n
		}
	}
	return users
}

// reconcile compares what the master counts with what all workers have reported. A worker
// that was killed may have been cut off within the last report of a connection.
func (c *crew) reconcile(target *rig.Target) {
	c.t.Helper()
	c.ok(c.master.Stop(c.ctx))
	c.endWell(c.master.Process)
	var sum rig.Summary
	for _, h := range append(c.left, c.hands...) {
		c.endWell(h.worker.Process)
		sum = sum.Plus(c.summary(h.worker))
	}
	var least, most int64
	for _, h := range c.killed {
		a, b := reported(h.proxy.Frames())
		least, most = least+a, most+b
	}
	final, served := c.final(c.master), c.served(target)
	c.t.Logf("target %d, survivors %+v, killed %d to %d, master %d", served, sum, least, most, final)
	if sum.Recorded != sum.Reported || sum.Failures > 0 || sum.Interrupted > 0 || sum.Recorded > served {
		c.t.Errorf("served %d, survivors %+v: want all reported, no failure, none interrupted", served, sum)
	}
	if final < sum.Reported+least || final > sum.Recorded+sum.Resent+most {
		c.t.Errorf("the master has counted %d requests, the survivors %+v, and %d to %d of the killed", final, sum, least, most)
	}
}

// reported is how many requests the stats of a process add up to, without and with the
// last message on each connection of each worker.
func reported(frames []rig.Frame) (least, most int64) {
	type session struct {
		connection int
		id         string
	}
	last := map[session]int64{}
	for _, f := range frames {
		if m, ok := f.Message.(*protocol.Stats); ok {
			k := session{f.Connection, f.NodeID}
			last[k] = m.Total.NumRequests
			most += m.Total.NumRequests
		}
	}
	least = most
	for _, n := range last {
		least -= n
	}
	return least, most
}
