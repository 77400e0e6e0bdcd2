//go:build integration

package integration

import (
	"testing"
	"time"
)

// TestDifferential lets Locust's own worker and ours do the same under masters of the same
// kind, each behind a recording proxy, and compares what they said and what the masters
// made of it. What may differ is written out as data, with its reason: deviations (the
// order of messages), forms (their shape), and freedoms (what the masters show).
func TestDifferential(t *testing.T) {
	t.Parallel()
	s := newScene(t, time.Minute)
	s.needs("2.29.0", "there are logs; older workers of Locust's break their own masters besides (spawning_complete after client_stopped)")
	pairs := map[string]*[2]*recording{"web": {}, "headless": {}}
	t.Run("record", func(t *testing.T) {
		for i, c := range contenders() {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				h, w := headless(t, c), web(t, c)
				pairs["headless"][i], pairs["web"][i] = h.end(), w.end()
				for range attempts {
					if r := pairs["headless"][i]; r.heard && !r.crossed() {
						break
					}
					t.Log("the worker has left too late for its master, or a report came just before: once more")
					pairs["headless"][i] = headless(t, c).end()
				}
			})
		}
	})
	if t.Failed() {
		return
	}
	for name, p := range pairs {
		t.Run(name, func(t *testing.T) { compare(t, p[0], p[1]) })
	}
	t.Run("web/views", func(t *testing.T) {
		free := freedoms(s.version())
		compareViews(t, pairs["web"][0], pairs["web"][1], free)
		allUsed(t, free)
	})
	t.Run("web/pauses", func(t *testing.T) { comparePauses(t, pairs["web"][0], pairs["web"][1]) })
}

func compare(t *testing.T, python, ours *recording) {
	for name, check := range map[string]func(t *testing.T, python, ours *recording){
		"order": compareOrder, "spawns": compareSpawns, "states": compareStates,
		"shapes": func(t *testing.T, python, ours *recording) { compareShapes(t, python, ours, forms(python.version)) },
		"counts": compareCounts, "nodes": compareNodes, "ends": compareEnds,
	} {
		t.Run(name, func(t *testing.T) { check(t, python, ours) })
	}
}
