//go:build integration

package integration

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// playsAtOnce is so few that their Python processes, which take a second of CPU to start, do
// not starve each other.
const playsAtOnce = 4

// A play is what both contenders are let do, each under a master of its own.
type play struct {
	name       string
	locustfile string // in testdata/differential
	classes    string // in it
	since      string // the oldest Locust that can do it
	master     rig.MasterConfig
	args       []string // of both workers
	run        func(r *recorder)
	spoilt     func([]rig.Frame) bool // by chance: it has to be played again
}

// plays are those for a version of Locust.
func plays(version string) []play {
	const edits, concurrent = "2.25.0", "2.25.0"
	tagged, users := "Tagged Thrower Rest", 4
	if !rig.Older(version, "2.47.0") { // whose worker tells of an on_start that fails; ours does so to all masters
		tagged, users = tagged+" Refused", users+1
	}
	return []play{
		{
			name: "tags, fixed counts, exceptions, logs", locustfile: "tags.py", classes: tagged, since: "2.43.0",
			master: rig.MasterConfig{Args: []string{"--tags", "red", "--exclude-tags", "blue"}},
			run:    playTags(users),
		},
		{name: "stop timeout 0", locustfile: "stops.py", classes: "Sleeper", run: playStop(0)},
		{name: "stop timeout 1", locustfile: "stops.py", classes: "Sleeper", master: rig.MasterConfig{StopTimeout: time.Second}, run: playStop(0)},
		{name: "stop timeout 8", locustfile: "stops.py", classes: "Napper", master: rig.MasterConfig{StopTimeout: 8 * time.Second}, run: playStop(2)},
		{
			name: "reset", locustfile: "resets.py", classes: "Early",
			master: rig.MasterConfig{Args: []string{"--reset-stats"}}, args: []string{"--reset-stats"},
			run: playReset, spoilt: toldEarly,
		},
		{name: "edits", locustfile: "edits.py", classes: "Edited", since: edits, run: playEdits},
		{name: "messages", locustfile: "messages.py", classes: "Talker", since: concurrent, run: playMessages},
		{name: "shape", locustfile: "shapes.py", classes: "Few Many", run: playShape},
		{name: "rebalancing", locustfile: "crowds.py", classes: "Quick", master: rig.MasterConfig{Args: []string{"--enable-rebalancing"}}, run: playRebalancing},
	}
}

// TestDifferentialPlays is TestDifferential for whatever else a Python worker can do.
func TestDifferentialPlays(t *testing.T) {
	t.Parallel()
	s := newScene(t, time.Minute)
	s.needs("2.29.0", "there are logs; older workers of Locust's break their own masters besides (spawning_complete after client_stopped)")
	free := playFreedoms(s.version())
	all := plays(s.version())
	pairs := make([][2]*recording, len(all))
	tests := map[string]func(*testing.T){}
	for i, p := range all {
		for j, c := range contenders() {
			tests[p.name+" by "+c.name] = func(t *testing.T) { pairs[i][j] = p.record(t, c) }
		}
	}
	atMost(t, playsAtOnce, tests)
	whole := true
	for i, p := range all {
		python, ours := pairs[i][0], pairs[i][1]
		if python == nil || ours == nil {
			whole = false
			continue
		}
		t.Run(p.name, func(t *testing.T) { p.compare(t, python, ours, free) })
	}
	if whole {
		allUsed(t, free)
	}
}

// attempts is how often a play is begun that chance can spoil.
const attempts = 4

// record lets one contender play.
func (p play) record(t *testing.T, c contender) (r *recording) {
	t.Helper()
	for i := range attempts {
		r = p.once(t, c, fmt.Sprint(p.name, " ", c.name, " ", i+1))
		if !r.crossed() && (p.spoilt == nil || !p.spoilt(r.frames)) {
			break
		}
		t.Log("spoilt by chance: once more")
	}
	return r
}

// crossed says that a report by the clock may have been on its way when the master told our
// worker to quit: until it is confirmed there is no other one.
func (r *recording) crossed() bool {
	const confirmed = 500 * time.Millisecond
	var reported time.Time
	for _, f := range r.frames {
		switch {
		case f.Is("stats"):
			reported = f.At
		case f.From == rig.FromMaster && f.Is("quit"):
			return r.own && f.At.Sub(reported) < confirmed
		}
	}
	return false
}

func (p play) once(t *testing.T, c contender, name string) *recording {
	t.Helper()
	classes := strings.Fields(p.classes)
	p.master.WebUI, p.master.Args = true, slices.Concat(classes, p.master.Args) // behind --tags they would be tags
	r := newRecorder(t, fileName(name), c, stage{
		locustfile: p.locustfile, since: p.since, master: p.master, args: slices.Concat(p.args, classes),
	})
	r.afterTick()
	p.run(r)
	r.next("heartbeat") // by then the report is confirmed, and the next one can be sent
	r.ok(r.master.Stop(r.ctx))
	return r.end()
}

func (p play) compare(t *testing.T, python, ours *recording, free []*freedom) {
	compareOrder(t, python, ours)
	compareSpawns(t, python, ours)
	compareStates(t, python, ours)
	compareShapes(t, python, ours, playForms(python.version))
	compareCounts(t, python, ours)
	compareEnds(t, python, ours)
	compareViews(t, python, ours, free)
}

// start starts a test of so many users.
func (r *recorder) start(users int, rate float64) {
	r.t.Helper()
	r.ok(r.master.API().Swarm(r.ctx, rig.Swarm{Users: users, SpawnRate: rate}))
}

// stop stops the test, and sees that so many requests were counted in it.
func (r *recorder) stop(requests int64) {
	r.t.Helper()
	r.ok(r.master.API().Stop(r.ctx))
	r.see("stopped", func(st *rig.Stats) bool {
		return st.State == "stopped" && st.UserCount == 0 && len(st.Workers) == 1 && st.Total().NumRequests == requests
	})
	r.afterTick()
}

// running sees that so many users run and have made so many requests.
func (r *recorder) running(users int, requests int64) {
	r.t.Helper()
	r.see("running", func(st *rig.Stats) bool {
		return st.State == "running" && st.UserCount == users && st.Total().NumRequests == requests
	})
	r.afterTick()
}
