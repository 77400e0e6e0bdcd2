package stats_test

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/tasks"
)

// A pair takes the same steps with a Stats and with its model.
type pair struct {
	t     *testing.T
	rand  *rand.Rand
	stats *stats.Stats
	users []*stats.Recorder
	model model
	now   time.Time
}

func newPair(t *testing.T, seed uint64) *pair {
	p := &pair{
		t:     t,
		rand:  rand.New(rand.NewPCG(seed, 0)),
		stats: stats.New(stats.Config{Shards: 3}),
		now:   at(0),
	}
	for range 5 {
		p.users = append(p.users, p.stats.Recorder())
	}
	p.users[4].Revoke()
	p.stats.NewTest(p.now)
	p.model.newTest(p.now)
	return p
}

// pick returns one of the choices.
func pick[T any](p *pair, choices ...T) T { return choices[p.rand.IntN(len(choices))] }

func (p *pair) record() {
	u := p.rand.IntN(len(p.users))
	r := request{
		method:      pick(p, "GET", "POST"),
		name:        pick(p, "/", "/items", "/items/[id]"),
		failed:      p.rand.IntN(4) == 0,
		duration:    pick[time.Duration](p, 0, 1, 3, 25, 199, 201, 1990, 2100, 19_990, 23_000, 2_000_000) * 500 * time.Microsecond,
		length:      p.rand.Int64N(1000),
		interrupted: u == 4,
	}
	start := p.now.Add(-time.Duration(p.rand.IntN(40_000)) * time.Millisecond)
	r.end = start.Add(r.duration)
	sample := tasks.Sample{Start: start, Duration: r.duration, Length: r.length}
	if p.rand.IntN(8) == 0 {
		sample.Duration, r.duration, r.end = tasks.NoResponseTime, tasks.NoResponseTime, start
	}
	if r.failed {
		r.text = pick(p, "timeout", "refused")
		sample.Err = errors.New(r.text)
	}
	p.users[u].Record(p.users[u].Entry(r.method, r.name), sample)
	p.model.record(r)
}

func (p *pair) interrupt() {
	p.users[0].Interrupt(p.users[0].Entry("GET", "/"))
	p.model.record(request{method: "GET", name: "/", interrupted: true})
}

func (p *pair) report() {
	got, want := p.stats.Report(p.now), p.model.report(p.now)
	if (got == nil) != (want == nil) {
		p.t.Fatalf("report is %v, want %v", got, want)
	}
	if got != nil {
		sameReport(p.t, got, want)
	}
}

func (p *pair) abandon() {
	if got, want := p.stats.Abandon(), p.model.drop(); got != want {
		p.t.Fatalf("%d requests abandoned, want %d", got, want)
	}
}

func (p *pair) step() {
	p.now = p.now.Add(time.Duration(p.rand.IntN(1500)) * time.Millisecond)
	switch n := p.rand.IntN(100); {
	case n < 60:
		for range p.rand.IntN(60) {
			p.record()
		}
	case n < 63:
		p.interrupt()
	case n < 80:
		p.report()
	case n < 88:
		p.stats.Confirm()
		p.model.confirm()
	case n < 96:
		p.stats.Requeue()
		p.model.requeue()
	case n < 98:
		p.stats.NewTest(p.now)
		p.model.newTest(p.now)
	default:
		p.abandon()
	}
}

func (p *pair) check() {
	got, want := p.stats.Totals(), p.model.totals
	if got != want {
		p.t.Fatalf("totals are %+v, want %+v", got, want)
	}
	if sum := got.Reported + got.Unreported + int64(len(p.model.pending)+len(p.model.inFlight)); sum != got.Recorded {
		p.t.Fatalf("%d requests accounted for, %d recorded", sum, got.Recorded)
	}
	if got := p.stats.Pending(); got != p.model.flying {
		p.t.Fatalf("pending is %v, want %v", got, p.model.flying)
	}
}

func TestRandomStepsAgainstModel(t *testing.T) {
	seeds := uint64(60)
	if testing.Short() {
		seeds = 5
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			p := newPair(t, seed)
			for i := range 150 {
				p.step()
				p.check()
				if i%10 == 9 { // with and without a report in flight
					sameSeries(t, snapshot(p.stats), p.model.all)
				}
			}
		})
	}
}

func sameReport(t *testing.T, got, want *stats.Report) {
	t.Helper()
	if len(got.Entries) != len(want.Entries) || len(got.Errors) != len(want.Errors) {
		t.Fatalf("%d entries and %d errors, want %d and %d", len(got.Entries), len(got.Errors), len(want.Entries), len(want.Errors))
	}
	sameEntry(t, got.Total, want.Total, true)
	for i := range got.Entries {
		sameEntry(t, got.Entries[i], want.Entries[i], false)
	}
	for i := range got.Errors {
		g, w := got.Errors[i], want.Errors[i]
		if !g.FirstSeen.Equal(w.FirstSeen) || !g.LastSeen.Equal(w.LastSeen) {
			t.Fatalf("error seen %v to %v, want %v to %v", g.FirstSeen, g.LastSeen, w.FirstSeen, w.LastSeen)
		}
		w.FirstSeen, w.LastSeen = g.FirstSeen, g.LastSeen
		if g != w {
			t.Fatalf("error is %+v, want %+v", g, w)
		}
	}
}

func sameEntry(t *testing.T, got, want stats.Entry, total bool) {
	t.Helper()
	if total && got.Method+got.Name != "" {
		t.Fatalf("total is called %q %q", got.Method, got.Name)
	}
	if !got.Start.Equal(want.Start) || !got.Last.Equal(want.Last) || got.Last.IsZero() != want.Last.IsZero() {
		t.Fatalf("%s %s is of %v to %v, want %v to %v", got.Method, got.Name, got.Start, got.Last, want.Start, want.Last)
	}
	want.Start, want.Last = got.Start, got.Last
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("entry is\n%+v, want\n%+v", got, want)
	}
}

func sameSeries(t *testing.T, got []stats.Series, all []request) {
	t.Helper()
	want := map[name]stats.Series{}
	for _, r := range all {
		k := name{r.name, r.method}
		s := want[k]
		count(&s, r)
		want[k] = s
	}
	if len(got) != len(want) {
		t.Fatalf("%d series, want %d", len(got), len(want))
	}
	for _, g := range got {
		w := want[name{g.Name, g.Method}]
		w.Method, w.Name = g.Method, g.Name
		sameTime(t, &g.Succeeded, &w.Succeeded)
		sameTime(t, &g.Failed, &w.Failed)
		if !reflect.DeepEqual(g, w) {
			t.Errorf("series is %+v, want %+v", g, w)
		}
	}
}

// sameTime compares the sums of response times, and leaves them out of what is to follow.
func sameTime(t *testing.T, got, want *stats.Outcome) {
	t.Helper()
	if d := got.ResponseTime - want.ResponseTime; d > 1e-6 || d < -1e-6 {
		t.Errorf("response times sum up to %v, want %v", got.ResponseTime, want.ResponseTime)
	}
	got.ResponseTime, want.ResponseTime = 0, 0
}

func count(s *stats.Series, r request) {
	if r.interrupted {
		s.Interrupted++
		return
	}
	s.Length += r.length
	o := &s.Succeeded
	if r.failed {
		o = &s.Failed
		s.Reasons[tasks.ReasonOther]++
	}
	if o.Classic == nil {
		o.Classic = make([]int64, len(stats.ClassicBounds())+1)
	}
	o.Requests++
	if r.duration == tasks.NoResponseTime {
		o.NoneRequests++
		return
	}
	countTime(o, r.duration.Seconds())
}

// countTime finds buckets with floats. None of the times is close to a bound of theirs.
func countTime(s *stats.Outcome, seconds float64) {
	s.ResponseTime += seconds
	for i, bound := range stats.ClassicBounds() {
		if seconds <= bound {
			s.Classic[i]++
		}
	}
	s.Classic[len(s.Classic)-1]++
	if seconds == 0 {
		s.Zero++
		return
	}
	index := int64(math.Ceil(math.Log2(seconds) * 32))
	i, found := slices.BinarySearchFunc(s.Native, index, func(c stats.Count, index int64) int { return cmp.Compare(c.Key, index) })
	if !found {
		s.Native = slices.Insert(s.Native, i, stats.Count{Key: index})
	}
	s.Native[i].N++
}
