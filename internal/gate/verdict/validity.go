package verdict

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// The checks that a run stopped by a threshold may fail.
const (
	requestsCheck = "requests"
	usersCheck    = "users reached"
	stoppedCheck  = "run time"
)

// validity checks whether the run says anything about what was tested. With a first run, whose
// regression it is to confirm, that has to be the same.
func (l Limits) validity(run, first *record.Run, history []*record.Run) []record.Check {
	g := run.Generator
	versions := []string{g.VersionBefore, g.VersionAfter}
	if first != nil {
		versions = append([]string{first.Generator.VersionBefore, first.Generator.VersionAfter}, versions...)
	}
	requests := float64(max(1, run.Total.Requests))
	checks := []record.Check{
		atLeast(requestsCheck, record.Count, float64(run.Total.Requests), float64(max(1, l.MinRequests))),
		atLeast("workers seen", record.Count, float64(g.WorkersSeen), float64(g.WorkersExpected)),
		atMost("workers lost", record.Count, new(float64(g.WorkersLost)), float64(l.LostWorkers)),
		atLeast(usersCheck, record.Count, float64(g.UsersReached), float64(l.Users(g.UsersWanted))),
		atMost("CPU of the busiest worker", record.Ratio, g.CPUMax, l.MaxCPU),
		atMost("schedule lag p99", record.Seconds, g.ScheduleLagP99, l.MaxScheduleLag),
		l.missed(g, requests),
		l.reconciled(run.Reconciled),
		l.clock(g.ClockSteps),
		l.version(versions),
		stopped(run.Window.Stopped),
		samePlan(run, history),
	}
	if g.CPUWaitP99 != nil { // of workers in Go: a bucket's lower bound
		checks = append(checks, atMost("CPU wait p99, at least", record.Seconds, g.CPUWaitP99, l.MaxScheduleLag))
	}
	if g.WakeUpLagP99 != nil { // of a gate on the machine of its workers
		checks = append(checks, atMost("wake-up lag p99", record.Seconds, g.WakeUpLagP99, l.MaxScheduleLag))
	}
	for i, c := range checks {
		checks[i].Kind, checks[i].Decides = record.ValidityCheck, true
		if c.Result == record.Unknown && l.RequireFacts {
			checks[i].Result = record.Failed
		}
	}
	return checks
}

// missed checks the iterations that never started. Workers that were on time and had CPU
// to spare did not miss them: the users were waiting for the target, whose slowness is not
// to be hidden behind an invalid run.
func (l Limits) missed(g record.Generator, requests float64) record.Check {
	c := atMost("missed iterations", record.Ratio, part(g.MissedIterations, requests), l.MaxMissed)
	idle := g.CPUMax != nil && *g.CPUMax <= l.MaxCPU*2/3
	onTime := g.ScheduleLagP99 != nil && *g.ScheduleLagP99 <= l.MaxScheduleLag
	switch {
	case c.Result != record.Failed || !idle || !onTime:
	case !l.gotCPU(g):
		c.Text += "; the workers may have waited for a CPU for longer than iterations may be late"
	default:
		c.Result = record.Warned
		c.Text += "; the workers were on time, so the target was too slow for the users' schedule"
	}
	return c
}

// gotCPU says that the workers surely did not wait for a CPU for longer than iterations may be
// late, as far as that is known. Users that are always behind start the next iteration at
// once, and so are never late: this shows why they are behind.
func (l Limits) gotCPU(g record.Generator) bool {
	return g.CPUWaitP99 == nil || g.CPUWaitP99Most != nil && *g.CPUWaitP99Most <= l.MaxScheduleLag
}

// rounding is by how much a product may be beside the whole number that it stands for, as
// 0.55 * 100 and 0.009 * 3000 are.
const rounding = 1e-6

// Users is how many of those wanted have to run at least.
func (l Limits) Users(wanted int) int {
	return int(math.Ceil(l.MinUsers*float64(wanted) - rounding))
}

func part(n *int64, of float64) *float64 {
	if n == nil {
		return nil
	}
	return new(float64(*n) / of)
}

func atLeast(figure, unit string, seen, allowed float64) record.Check {
	return limited(figure, unit, ">=", &seen, allowed, seen >= allowed)
}

func atMost(figure, unit string, seen *float64, allowed float64) record.Check {
	return limited(figure, unit, "<=", seen, allowed, seen != nil && *seen <= allowed)
}

func limited(figure, unit, operator string, seen *float64, allowed float64, holds bool) record.Check {
	c := record.Check{
		Check: figure, Figure: figure, Unit: unit, Operator: operator, Seen: seen, Allowed: &allowed,
		Result: record.Failed,
	}
	switch {
	case seen == nil:
		c.Result = record.Unknown
		c.Text = figure + ": not known, no source had it"
		return c
	case holds:
		c.Result = record.Passed
	}
	c.Text = fmt.Sprintf("%s: %s, allowed is %s %s", figure, c.SeenText(), operator, record.Format(allowed, unit))
	return c
}

// said is a check that has words in place of values.
func said(name string, result record.Result, text string) record.Check {
	return record.Check{Check: name, Figure: name, Result: result, Text: name + ": " + text}
}

func (l Limits) reconciled(r record.Reconciled) record.Check {
	const name = "numbers reconcile"
	switch {
	case r.Problem != "":
		return said(name, record.Failed, r.Problem)
	case !r.Compared:
		return said(name, record.Unknown, "there was one source only")
	}
	allowed := r.Explained + int64(l.MaxDifference*float64(max(r.Requests[0], r.Requests[1]))+rounding)
	result := record.Passed
	if distance(r.Requests) > allowed || distance(r.Failures) > allowed {
		result = record.Failed
	}
	return said(name, result, fmt.Sprintf("%s counted %d requests, %d failures; %s %d and %d; they may differ by %d",
		r.Kinds[0], r.Requests[0], r.Failures[0], r.Kinds[1], r.Requests[1], r.Failures[1], allowed))
}

func distance(pair [2]int64) int64 { return max(pair[0]-pair[1], pair[1]-pair[0]) }

func (l Limits) clock(steps []string) record.Check {
	const name = "clocks"
	switch {
	case len(steps) == 0:
		return said(name, record.Passed, "no step")
	case l.AllowClockSteps:
		return said(name, record.Warned, "stepped: "+strings.Join(steps, ", "))
	}
	return said(name, record.Failed, "stepped: "+strings.Join(steps, ", "))
}

// version checks the versions that were read one after the other.
func (l Limits) version(read []string) record.Check {
	const name = "version"
	before := read[0]
	changed := slices.IndexFunc(read, func(v string) bool { return v != before })
	switch {
	case changed < 0 && before == "":
		return said(name, record.Unknown, "not read")
	case changed < 0:
		return said(name, record.Passed, before+" before and after")
	}
	after := read[changed]
	text := fmt.Sprintf("%q before and %q after: it changed midway", before, after)
	if after == "" {
		text = fmt.Sprintf("%q before, and it could not be read after", before)
	}
	if l.AllowNewVersion {
		return said(name, record.Warned, text)
	}
	return said(name, record.Failed, text)
}

func stopped(why string) record.Check {
	if why != "" {
		return said(stoppedCheck, record.Failed, "stopped before its end: "+why)
	}
	return said(stoppedCheck, record.Passed, "the run went on to its end")
}

func samePlan(run *record.Run, history []*record.Run) record.Check {
	const name = "same plan as the baseline"
	for _, r := range history {
		if d := run.Key().Differences(r.Key()); len(d) > 0 {
			return said(name, record.Failed, fmt.Sprintf("run %s has another: %s", r.ID, strings.Join(d, ", ")))
		}
	}
	return said(name, record.Passed, "yes")
}
