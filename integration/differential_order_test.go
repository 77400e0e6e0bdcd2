//go:build integration

package integration

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
	"github.com/hopperband/hopperband/protocol"
)

// A deviation is where our worker says something else than Locust's, and why.
type deviation struct {
	moment string
	turn   func(python []string) []string // what ours says instead
	why    string
}

// deviations are all deliberate ones in the order of messages. ZMTP's PING, which ours
// sends behind its reports and heartbeats, is no message.
func deviations() []deviation {
	return []deviation{
		{"stop", before("client_stopped", "stats"), "the last requests of a test are reported in it, not after it"},
		{"quit in a test", before("stats", "stats"), "what there is is reported at once, and again when the users have ended: the master soon listens no more"},
	}
}

// byTheClockAfter is how long after another one a report is taken for one by the clock,
// which is due every 3 s (locust/runners.py, WORKER_REPORT_INTERVAL): tests stop soon after
// one, and a busy machine delays what is seen of it.
const byTheClockAfter = 2 * time.Second

func before(word, inserted string) func([]string) []string {
	return func(words []string) []string {
		if i := slices.Index(words, word); i >= 0 {
			return slices.Insert(slices.Clone(words), i, inserted)
		}
		return words
	}
}

// A moment is a part of a conversation in which the order of messages is laid down.
type moment struct {
	name  string
	words []string
}

// moments cuts a conversation where the master begins something, and leaves out what comes
// by the clock or by chance.
func moments(r *recording) []moment {
	all := []moment{{name: "start"}}
	for i, f := range r.frames {
		now := &all[len(all)-1]
		if name := now.next(f); name != now.name {
			all = append(all, moment{name: name})
			now = &all[len(all)-1]
		}
		if now.name != "stop" || !f.Is("stats") || r.ending(i) {
			now.hear(f)
		}
	}
	return all
}

// ending says that the report at i is one that a stop has brought: it stands beside
// client_stopped, that of our worker in front of it. One of Locust's may stand there by the
// clock.
func (r *recording) ending(i int) bool {
	if r.beside(i, 1).Is("client_stopped") {
		return r.own || r.early(i)
	}
	return !r.own && r.beside(i, -1).Is("client_stopped") && r.early(i)
}

// beside is the worker's message behind the one at i, or, with a step of -1, in front of it.
func (r *recording) beside(i, step int) rig.Frame {
	for i += step; i >= 0 && i < len(r.frames); i += step {
		if r.frames[i].From == rig.FromWorker {
			return r.frames[i]
		}
	}
	return rig.Frame{}
}

// early says that the report at i has come before it was due.
func (r *recording) early(i int) bool {
	for j := i - 1; j >= 0; j-- {
		if r.frames[j].Is("stats") {
			return r.frames[i].At.Sub(r.frames[j].At) < byTheClockAfter
		}
	}
	return true
}

// next is the name of the moment that a message belongs to.
func (m *moment) next(f rig.Frame) string {
	if f.From == rig.FromWorker || m.leaving() {
		return m.name
	}
	switch name := f.Message.Type(); {
	case name == "spawn", name == "stop":
		return name
	case name == "quit" && m.name == "spawn":
		return "quit in a test"
	case name == "quit":
		return "quit"
	}
	return m.name
}

// leaving says that the master has told its workers to quit. It may do so again.
func (m *moment) leaving() bool { return strings.HasPrefix(m.name, "quit") }

func (m *moment) hear(f rig.Frame) {
	if _, custom := f.Message.(*protocol.Custom); custom {
		return // its functions run apart from all else
	}
	word := f.Message.Type()
	if f.From == rig.FromMaster {
		word = "master's " + word
	}
	switch {
	case m.over(), m.byTheClock(word), word == "exception", word == "master's heartbeat":
	case m.leaving() && word == "master's quit" && len(m.words) > 0:
	case word == "master's spawning_complete": // may come first: a report can tell it the users, too
	case m.name == "spawn" && slices.Contains(m.words, word): // compareSpawns compares each
	default:
		m.words = append(m.words, word)
	}
}

// over says that all has been said: after its registration a worker reports by the clock.
func (m *moment) over() bool { return m.name == "stop" && slices.Contains(m.words, "master's ack") }

// byTheClock says that a message has no place in the order: logs, and heartbeats and reports
// but for those that begin or end something. The first logs of Locust's worker come right
// behind its first report or ten seconds later, ours after the first spawn, when a master that
// has a place for them has been seen.
func (m *moment) byTheClock(word string) bool {
	switch word {
	case "logs":
		return true
	case "heartbeat":
		return m.name != "start" || slices.Contains(m.words, word)
	case "stats":
		return m.name == "spawn" || m.name == "start" && slices.Contains(m.words, word)
	}
	return false
}

// compareOrder compares what was said, moment by moment, with what Locust's worker said
// and the deviations from that.
func compareOrder(t *testing.T, python, ours *recording) {
	theirs, own := moments(python), moments(ours)
	if len(theirs) != len(own) {
		t.Fatalf("%d moments, Locust's worker had %d:\n%v\n%v", len(own), len(theirs), own, theirs)
	}
	for i, m := range theirs {
		t.Logf("%s: %s", m.name, strings.Join(m.words, ", "))
		want := m.words
		for _, d := range deviations() {
			if d.moment != m.name {
				continue
			}
			turned := d.turn(want)
			if slices.Equal(turned, want) {
				t.Errorf("%s: Locust's worker says %q: no deviation any more though %s", m.name, want, d.why)
			}
			want = turned
		}
		if got := own[i]; got.name != m.name || !slices.Equal(repeated(got.words), repeated(want)) {
			t.Errorf("%s:\n got %q\nwant %q\nfrom %q", got.name, got.words, want, m.words)
		}
	}
}

// repeated shortens three reports and more in a row to two: how many a leaving worker
// sends depends on how long its users take.
func repeated(words []string) []string {
	var out []string
	for _, w := range words {
		if n := len(out); w == "stats" && n > 1 && out[n-1] == w && out[n-2] == w {
			continue
		}
		out = append(out, w)
	}
	return out
}

// compareStates compares the states that the heartbeats carried, up to the quit: there
// ours sends heartbeats whose echoes prove that the reports before them have been read.
// How long a worker is spawning depends on its speed.
func compareStates(t *testing.T, python, ours *recording) {
	if want, got := states(python.frames), states(ours.frames); !slices.Equal(got, want) {
		t.Errorf("states %q, Locust's worker had %q", got, want)
	}
}

func states(frames []rig.Frame) (all []protocol.State) {
	for _, f := range frames {
		if f.From == rig.FromMaster && f.Is("quit") {
			break
		}
		if h, ok := f.Message.(*protocol.Heartbeat); ok && h.State != protocol.StateSpawning {
			all = append(all, h.State)
		}
	}
	return slices.Compact(all)
}

// comparePauses shows a deviation that is none of order: Locust's worker lets the stop
// timeout pass between client_stopped and client_ready, a time in which its master does
// not know it; ours does not. (One that does would do so each time.)
func comparePauses(t *testing.T, python, ours *recording) {
	if want, got := len(swarms()), pauses(ours.frames); len(got) != want || slices.Min(got) >= planStopTimeout/2 {
		t.Errorf("from client_stopped to client_ready: %v, want %d of no length", got, want)
	}
	if p := pauses(python.frames); len(p) == 0 || slices.Max(p) < planStopTimeout/2 {
		t.Errorf("Locust's worker made pauses of %v: no deviation any more", p)
	}
}

func pauses(frames []rig.Frame) (all []time.Duration) {
	var stopped time.Time
	for _, f := range frames {
		switch {
		case f.Is("client_stopped"):
			stopped = f.At
		case f.Is("client_ready") && !stopped.IsZero():
			all = append(all, f.At.Sub(stopped))
		}
	}
	return all
}
