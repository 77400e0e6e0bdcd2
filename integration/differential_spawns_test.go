//go:build integration

package integration

import (
	"fmt"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
	"github.com/hopperband/hopperband/protocol"
)

// answeredWithin is the time in which our worker answers a spawn that no other one follows, on
// a busy machine: the master waits 1 s for its users.
const answeredWithin = 3 * time.Second

// A spawned is what a worker made of one spawn.
type spawned struct {
	at    time.Time // when it began with it
	users string    // that it counted last; "" if it counted none
}

// spawns are what a worker made of the spawns of each test. It says spawning when it begins
// with one, which tells whose answer comes next, also if that and another spawn have crossed.
func spawns(frames []rig.Frame) [][]spawned {
	all := [][]spawned{nil}
	for _, f := range frames {
		test := &all[len(all)-1]
		switch m := f.Message.(type) {
		case *protocol.Spawning:
			*test = append(*test, spawned{at: f.At})
		case *protocol.SpawningComplete:
			if n := len(*test); n > 0 && f.From == rig.FromWorker {
				(*test)[n-1].users = fmt.Sprint(m.UserClassesCount)
			}
		case *protocol.ClientStopped:
			all = append(all, nil)
		}
	}
	return all
}

// compareSpawns compares the users that each spawn came to. The last one of a test has to be
// answered. One before it may be overtaken by the next, on a busy machine also where they
// are a second apart: Locust's worker then kills the greenlet that starts the users
// (locust/runners.py, handle_message), ours counts anew. How fast a machine is says whether
// it has answered before; what it has answered is compared all the same.
func compareSpawns(t *testing.T, python, ours *recording) {
	theirs, own := spawns(python.frames), spawns(ours.frames)
	if len(theirs) != len(own) {
		t.Fatalf("%d tests, Locust's worker had %d", len(own)-1, len(theirs)-1)
	}
	for i, test := range theirs {
		if len(test) != len(own[i]) {
			t.Errorf("test %d: %d spawns, Locust's worker had %d: %v, %v", i+1, len(own[i]), len(test), own[i], test)
			continue
		}
		for j, want := range test {
			got, last := own[i][j], j == len(test)-1
			t.Logf("test %d, spawn %d: %s", i+1, j+1, want.users)
			switch {
			case last && (got.users != want.users || want.users == ""), want.users != "" && got.users != "" && got.users != want.users:
				t.Errorf("test %d, spawn %d: users %q, Locust's worker had %q", i+1, j+1, got.users, want.users)
			case got.users == "" && own[i][j+1].at.Sub(got.at) > answeredWithin:
				t.Errorf("test %d, spawn %d: no answer for %v, until the next one", i+1, j+1, own[i][j+1].at.Sub(got.at))
			}
		}
	}
}
