package stats_test

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/tasks"
)

// at returns a moment n seconds into the tests' time.
func at(n int) time.Time { return time.Unix(1_700_000_000+int64(n), 0) }

// A model is a naive Stats: it keeps lists of requests and counts them when asked.
type model struct {
	pending, inFlight []request
	flying            bool
	start, before     time.Time // of the pending requests and of those in flight
	resent            int64     // of the pending requests
	totals            stats.Totals
	all               []request // and interrupted
}

type request struct {
	method, name, text string
	failed             bool
	end                time.Time
	duration           time.Duration
	length             int64
	second             int64 // in which it is counted
	interrupted        bool
}

func (m *model) record(r request) {
	m.all = append(m.all, r)
	if r.interrupted {
		m.totals.Interrupted++
		return
	}
	m.pending = append(m.pending, r)
	m.totals.Recorded++
	if r.failed {
		m.totals.Failures++
	}
}

func (m *model) report(now time.Time) *stats.Report {
	if m.flying {
		return nil
	}
	m.totals.Resent += m.resent
	m.inFlight, m.pending, m.flying, m.resent = m.pending, nil, true, 0
	m.start, m.before = now, m.start
	return reportOf(m.inFlight, m.before)
}

func (m *model) confirm() {
	m.totals.Reported += int64(len(m.inFlight))
	m.inFlight, m.flying = nil, false
}

func (m *model) requeue() {
	if !m.flying {
		return
	}
	m.resent, m.start = int64(len(m.inFlight)), m.before
	m.pending = append(m.pending, m.inFlight...)
	m.inFlight, m.flying = nil, false
}

func (m *model) drop() int64 {
	n := int64(len(m.pending) + len(m.inFlight))
	m.totals.Unreported += n
	m.pending, m.inFlight, m.flying, m.resent = nil, nil, false, 0
	return n
}

func (m *model) newTest(now time.Time) {
	m.drop()
	m.start = now
}

type name struct{ name, method string }

func byName(rs []request) map[name][]int {
	groups := map[name][]int{}
	for i, r := range rs {
		groups[name{r.name, r.method}] = append(groups[name{r.name, r.method}], i)
	}
	return groups
}

// setSeconds counts each request in the second of its end, or in the earliest of the
// sixteen latest seconds of its name.
func setSeconds(rs []request) {
	for _, group := range byName(rs) {
		seen := map[int64]bool{}
		for _, i := range group {
			seen[rs[i].end.Unix()] = true
		}
		kept := slices.Sorted(maps.Keys(seen))
		earliest := kept[max(len(kept)-16, 0)]
		for _, i := range group {
			rs[i].second = max(rs[i].end.Unix(), earliest)
		}
	}
}

func reportOf(rs []request, start time.Time) *stats.Report {
	setSeconds(rs)
	report := &stats.Report{Total: entryOf(rs, start)}
	groups := byName(rs)
	for _, k := range slices.SortedFunc(maps.Keys(groups), func(a, b name) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.method, b.method))
	}) {
		var group []request
		for _, i := range groups[k] {
			group = append(group, rs[i])
		}
		e := entryOf(group, start)
		e.Method, e.Name = k.method, k.name
		report.Entries = append(report.Entries, e)
		report.Errors = append(report.Errors, errorsOf(group)...)
	}
	return report
}

func entryOf(rs []request, start time.Time) stats.Entry {
	e := stats.Entry{Start: start, MinResponseTime: math.MaxInt64}
	times, seconds, failures := map[int64]int64{}, map[int64]int64{}, map[int64]int64{}
	for _, r := range rs {
		e.Requests++
		e.Length += r.length
		seconds[r.second]++
		if r.failed {
			e.Failures++
			failures[r.second]++
		}
		if e.Last.IsZero() || r.end.After(e.Last) {
			e.Last = r.end
		}
		if r.duration == tasks.NoResponseTime {
			e.NoneRequests++
			continue
		}
		e.ResponseTime += r.duration
		e.MinResponseTime = min(e.MinResponseTime, r.duration)
		e.MaxResponseTime = max(e.MaxResponseTime, r.duration)
		times[locustKey(r.duration)]++
	}
	if e.Requests == e.NoneRequests {
		e.MinResponseTime = 0
	}
	e.ResponseTimes, e.PerSecond, e.FailuresPerSecond = counts(times), counts(seconds), counts(failures)
	return e
}

// locustKey rounds with floats, which is exact for multiples of half a millisecond.
func locustKey(d time.Duration) int64 {
	t := float64(d) / 1e6
	for _, step := range []float64{1, 10, 100} {
		if t < 100*step {
			return int64(math.RoundToEven(t/step) * step)
		}
	}
	return int64(math.RoundToEven(t/1000) * 1000)
}

func counts(m map[int64]int64) []stats.Count {
	var cs []stats.Count
	for _, k := range slices.Sorted(maps.Keys(m)) {
		cs = append(cs, stats.Count{Key: k, N: m[k]})
	}
	return cs
}

func errorsOf(rs []request) []stats.Error {
	found := map[string]*stats.Error{}
	for _, r := range rs {
		if !r.failed {
			continue
		}
		e := found[r.text]
		if e == nil {
			e = &stats.Error{Method: r.method, Name: r.name, Text: r.text, FirstSeen: r.end, LastSeen: r.end}
			found[r.text] = e
		}
		e.Occurrences++
		if r.end.Before(e.FirstSeen) {
			e.FirstSeen = r.end
		}
		if r.end.After(e.LastSeen) {
			e.LastSeen = r.end
		}
	}
	var es []stats.Error
	for _, text := range slices.Sorted(maps.Keys(found)) {
		es = append(es, *found[text])
	}
	return es
}
