//go:build integration

package integration

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hopperband/hopperband/integration/rig"
	"github.com/hopperband/hopperband/protocol"
)

// compareCounts compares what all reports of a run add up to.
func compareCounts(t *testing.T, python, ours *recording) {
	compareLines(t, countLines(t, python), countLines(t, ours))
}

// compareEnds compares the masters' final tables, and the exit codes.
func compareEnds(t *testing.T, python, ours *recording) {
	if !slices.Equal(python.rows, ours.rows) {
		t.Errorf("final table %v, with Locust's worker it is %v", ours.rows, python.rows)
	}
	if python.codes != ours.codes {
		t.Errorf("exit codes of master and worker %v, with Locust's worker they are %v", ours.codes, python.codes)
	}
}

func countLines(t *testing.T, r *recording) []string {
	t.Helper()
	c := counts{entries: map[string]*protocol.StatsEntry{}, errors: map[string]int64{}, exceptions: map[string]int{}}
	for _, f := range r.frames {
		c.add(t, f)
	}
	return c.lines()
}

// counts are the sums of what a worker reported.
type counts struct {
	entries    map[string]*protocol.StatsEntry
	errors     map[string]int64 // by method, name and, where it is the same for both, text and key
	exceptions map[string]int   // by message
}

func (c *counts) add(t *testing.T, f rig.Frame) {
	t.Helper()
	switch m := f.Message.(type) {
	case *protocol.Stats:
		c.addEntry(t, &m.Total)
		for i := range m.Entries {
			c.addEntry(t, &m.Entries[i])
		}
		c.addErrors(payload(t, f))
	case *protocol.Exception:
		c.exceptions[m.Msg]++
	}
}

func (c *counts) addEntry(t *testing.T, e *protocol.StatsEntry) {
	t.Helper()
	if e.LastRequestTimestamp.Valid != (e.NumRequests > 0) || e.MinResponseTime.Valid != (e.NumRequests > e.NumNoneRequests) {
		t.Errorf("nulls do not match the counts: %+v", e)
	}
	key := e.Method + " " + e.Name
	sum := c.entries[key]
	if sum == nil {
		sum = new(protocol.StatsEntry)
		c.entries[key] = sum
	}
	sum.NumRequests += e.NumRequests
	sum.NumNoneRequests += e.NumNoneRequests
	sum.NumFailures += e.NumFailures
	sum.TotalContentLength += e.TotalContentLength
	sum.TotalResponseTime += e.TotalResponseTime
	sum.MaxResponseTime = max(sum.MaxResponseTime, e.MaxResponseTime)
	sum.ResponseTimes = merge(sum.ResponseTimes, e.ResponseTimes)
	sum.NumReqsPerSec = merge(sum.NumReqsPerSec, e.NumReqsPerSec)
	sum.NumFailPerSec = merge(sum.NumFailPerSec, e.NumFailPerSec)
}

func merge(sum, more []protocol.Count) []protocol.Count {
	for _, m := range more {
		i := slices.IndexFunc(sum, func(c protocol.Count) bool { return c.Key == m.Key })
		if i < 0 {
			sum = append(sum, m)
		} else {
			sum[i].N += m.N
		}
	}
	slices.SortFunc(sum, func(a, b protocol.Count) int { return int(a.Key - b.Key) })
	return sum
}

func total(counts []protocol.Count) (n int64) {
	for _, c := range counts {
		n += c.N
	}
	return n
}

// addErrors counts failures. Those whose text the plan gives must have the same key, by
// which a master counts the failures of all workers together.
func (c *counts) addErrors(stats any) {
	errs, _ := stats.(map[any]any)["errors"].(map[any]any)
	for key, v := range errs {
		e := v.(map[any]any)
		what := fmt.Sprint("failures of ", e["method"], " ", e["name"])
		if e["method"] == measuredByPlan {
			what += fmt.Sprintf(", %v, key %v", e["error"], key)
		}
		var n int64
		_, _ = fmt.Sscan(fmt.Sprint(e["occurrences"]), &n)
		c.errors[what] += n
	}
}

// measuredByPlan is the request type of those whose response times the plan gives.
const measuredByPlan = "MSG"

func (c *counts) lines() []string {
	var all []string
	for key, e := range c.entries {
		line := fmt.Sprintf("%s: %d requests, %d without a time, %d failures, %d bytes, %d times, %d and %d in seconds", key,
			e.NumRequests, e.NumNoneRequests, e.NumFailures, e.TotalContentLength,
			total(e.ResponseTimes), total(e.NumReqsPerSec), total(e.NumFailPerSec))
		if e.Method == measuredByPlan {
			line += fmt.Sprintf(", %v ms, at most %v, %v", e.TotalResponseTime, e.MaxResponseTime, e.ResponseTimes)
		}
		all = append(all, line)
	}
	for what, n := range c.errors {
		all = append(all, fmt.Sprintf("%s: %d", what, n))
	}
	for message, n := range c.exceptions {
		all = append(all, fmt.Sprintf("exceptions %q: %d", message, n))
	}
	slices.Sort(all)
	return all
}

// compareLines compares two texts line by line.
func compareLines(t *testing.T, want, got []string) {
	t.Helper()
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("missing, Locust's worker has it: %s", line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("Locust's worker does not have: %s", line)
		}
	}
	if len(want) == 0 || len(got) != len(want) {
		t.Errorf("%d lines, want %d, and some", len(got), len(want))
	}
}
