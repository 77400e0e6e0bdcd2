//go:build integration

package integration

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/hopperband/hopperband/integration/rig"
	"github.com/hopperband/hopperband/protocol"
)

// playTags runs two users whose tasks the tags leave four of, one whose tasks raise, one of no
// fixed count and, if there is a fifth, one that cannot start.
func playTags(users int) func(*recorder) {
	return func(r *recorder) {
		r.start(users, float64(users))
		const requests = 2*3 + 1 + 1
		r.running(4, requests)
		r.logged("the first")
		r.stop(requests + 4)
	}
}

// logged waits until the Logs tab has words of the worker, and checks its lines' form.
func (r *recorder) logged(words string) {
	r.t.Helper()
	form := regexp.MustCompile(`^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] [^/]+/(DEBUG|INFO|WARNING|ERROR|CRITICAL)/[\w.]+: `)
	for {
		r.next("heartbeat")
		var logs struct{ Workers map[string][]string }
		b, err := r.master.API().Get(r.ctx, "/logs")
		r.ok(err)
		r.ok(json.Unmarshal(b, &logs))
		for id, lines := range logs.Workers {
			for _, line := range lines {
				if !form.MatchString(line) {
					r.t.Errorf("log of %s: %q", id, line)
				}
			}
			if slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, "/ERROR/") && strings.Contains(l, words) }) {
				return
			}
		}
	}
}

// playStop stops two users in the middle of their tasks, of which so many end: long before
// they would end by themselves, and not before a heartbeat has told of the running state.
func playStop(ended int64) func(*recorder) {
	return func(r *recorder) {
		r.start(2, 2)
		_, err := r.proxy.WaitFrame(r.ctx, func(f rig.Frame) bool {
			h, ok := f.Message.(*protocol.Heartbeat)
			return ok && h.State == protocol.StateRunning
		})
		r.ok(err)
		r.stop(2 + ended + 2)
	}
}

// playReset has requests before all users are there and after that, and in the end the
// master's statistics reset.
func playReset(r *recorder) {
	r.start(2, 2) // one by one would take so long that a report comes in between
	r.see("running", func(st *rig.Stats) bool {
		return st.State == "running" && st.UserCount == 2 && st.Entry("MSG", "late").NumRequests == 2
	})
	r.afterTick()
	r.ok(r.master.API().ResetStats(r.ctx))
	r.running(2, 0)
	r.stop(2)
}

// toldEarly says that a report was due while users were still being started. It may cross the
// reset, which happens in the master first, and then in the worker.
func toldEarly(frames []rig.Frame) bool {
	return slices.ContainsFunc(frames, func(f rig.Frame) bool {
		report, ok := f.Message.(*protocol.Stats)
		return ok && slices.ContainsFunc(report.Entries, func(e protocol.StatsEntry) bool { return e.Name == "early" })
	})
}

// playEdits edits a user class before its first test, and before the next.
func playEdits(r *recorder) {
	for _, edit := range []map[string]any{
		{"tasks": []string{"one"}},
		{"tasks": []string{"two"}, "greeting": "hello", "host": "http://edited.example", "weight": 2},
	} {
		r.ok(r.master.API().EditUserClass(r.ctx, "Edited", edit))
		r.start(2, 2)
		r.running(2, 6)
		r.stop(8)
	}
}

// playMessages sends the workers questions of all that Locust allows, and sees what the
// master makes of the answers.
func playMessages(r *recorder) {
	r.start(1, 1)
	r.running(1, 1)
	const last = "patient"
	_, err := r.proxy.WaitFrame(r.ctx, func(f rig.Frame) bool { return f.Is(last) })
	r.ok(err)
	r.stop(2)
	r.views = append(r.views, view{name: "answers", stats: r.sorted("/answers")})
}

// sorted returns a list of texts; those of different types may come in any order.
func (r *recorder) sorted(path string) any {
	r.t.Helper()
	list, ok := r.json(path).([]any)
	if !ok || len(list) < 20 {
		r.t.Errorf("%s: %v", path, list)
	}
	slices.SortStableFunc(list, func(a, b any) int { return strings.Compare(typeOf(a), typeOf(b)) })
	return list
}

func typeOf(answer any) string {
	text, _ := answer.(string)
	messageType, _, _ := strings.Cut(text, ":")
	return messageType
}

// playShape lets a shape of four stages run, which ends the test itself.
func playShape(r *recorder) {
	r.start(1, 1)
	r.see("stopped", func(st *rig.Stats) bool {
		return st.State == "stopped" && st.UserCount == 0 && len(st.Workers) == 1 && st.Total().NumRequests == 2*6
	})
	r.afterTick()
}

// playRebalancing lets another worker of Locust's join, which takes a half of the users.
func playRebalancing(r *recorder) {
	r.start(6, 6)
	r.running(6, 6)
	r.pythonWorker("helper", r.master.Addr, r.locustfileAt("crowds.py"))
	r.shared(6, 2)
	r.start(8, 8)
	r.shared(8, 2)
	r.ok(r.master.API().Stop(r.ctx))
	const requests = 6 + 3 + 2
	r.see("stopped", func(st *rig.Stats) bool {
		return st.State == "stopped" && st.UserCount == 0 && len(st.Workers) == 2 && st.Total().NumRequests == 2*requests
	})
	r.afterTick()
}

// shared waits until the users are shared by so many workers.
func (r *recorder) shared(users, workers int) {
	r.t.Helper()
	_, err := r.master.API().WaitStats(r.ctx, func(st *rig.Stats) bool {
		return st.State == "running" && st.UserCount == users && len(st.Workers) == workers &&
			!slices.ContainsFunc(st.Workers, func(w rig.WorkerState) bool { return w.UserCount != users/workers })
	})
	r.ok(err)
	r.afterTick()
}
