package gate

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/plan"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/source"
	"github.com/hopperband/hopperband/internal/gate/threshold"
)

// A played source answers with one sample after the other.
type played struct {
	source.Source
	samples []*source.Sample
}

func (p *played) Sample(context.Context) (*source.Sample, error) {
	next := p.samples[0]
	p.samples = p.samples[1:]
	return next, nil
}

// known is a sample of a worker that was seen some seconds before it, with so many requests of
// which half failed.
func known(second, behind, requests int64) *source.Sample {
	f := record.Figures{Name: "/", Requests: requests, Failures: requests / 2}
	return &source.Sample{At: time.Unix(second, 0), Workers: map[string]*source.Worker{
		"a": {At: time.Unix(second-behind, 0), Figures: map[source.Name]record.Figures{{Name: "/"}: f}},
	}}
}

// measured is a drive on the plateau, which has looked at each of the samples.
func measured(samples ...*source.Sample) (*drive, *bytes.Buffer) {
	out := &bytes.Buffer{}
	d := &drive{
		Gate:  &Gate{Plan: plan.New(), progress: &progress{out: out}},
		facts: newFacts(1), latest: samples[0], beginning: samples[0], loaded: samples[0].At,
		source: &played{samples: samples[1:]}, watch: threshold.NewWatch(nil),
	}
	for range samples[1:] {
		d.point(context.Background(), view(1, "running"), phase{"measuring", d.loaded, time.Minute})
	}
	return d, out
}

// A Prometheus that scrapes every fifteen seconds is asked every five: there are no more
// failures than requests, and no second without a request that nobody has looked at.
func TestPointsOfASourceThatIsBehind(t *testing.T) {
	d, out := measured(known(1000, 0, 0), known(1005, 5, 0), known(1010, 10, 0), known(1015, 0, 300), known(1020, 5, 300))
	if len(d.series) != 1 || d.series[0].Rate != 20 || d.series[0].Failures != 10 || d.series[0].T != 15 {
		t.Errorf("points %+v, want one of 20 requests a second, half of them failures", d.series)
	}
	if lines := strings.Count(out.String(), "20/s  failures 50%"); lines != 2 {
		t.Errorf("%d lines say so, want two:\n%s", lines, out)
	}
}

// A worker that does not answer once has not stopped, and did not do it all at once afterwards.
// One that is lost has stopped.
func TestPointsOfAWorkerThatDoesNotAnswer(t *testing.T) {
	both := func(second int64, requests ...int64) *source.Sample {
		s := &source.Sample{At: time.Unix(second, 0), Workers: map[string]*source.Worker{}}
		for i, n := range requests {
			s.Workers[string(rune('a'+i))] = known(second, 0, n).Workers["a"]
		}
		return s
	}
	d, _ := measured(both(1000, 0, 0), both(1005, 500), both(1010, 1000, 1000))
	if len(d.series) != 2 || d.series[0].Rate != 200 || d.series[1].Rate != 200 {
		t.Errorf("points %+v, want 200 requests a second all the time", d.series)
	}
	d, _ = measured(both(1000, 0, 0), both(1005, 500, 500))
	d.facts.lost["b"] = true
	d.source = &played{samples: []*source.Sample{both(1010, 1000), both(1015, 1500)}}
	for range 2 {
		d.point(context.Background(), view(1, "running"), phase{"measuring", d.loaded, time.Minute})
	}
	if n := len(d.series); n != 3 || d.series[1].Rate != 100 || d.series[2].Rate != 100 {
		t.Errorf("points %+v, want 100 requests a second of the worker that is left", d.series)
	}
}

// Somebody who clears the master's statistics on the plateau ends the run, although what is
// counted is more than at its beginning.
func TestCountsThatFell(t *testing.T) {
	d, _ := measured(known(1000, 0, 0), known(1005, 0, 300), known(1010, 0, 200))
	if why := d.breached(); !strings.Contains(string(why), "began anew") || d.problem != string(why) {
		t.Errorf("stopped by %q, problem %q", why, d.problem)
	}
	if d, _ := measured(known(1000, 0, 0), known(1005, 0, 300), known(1010, 0, 400)); d.breached() != "" || d.problem != "" {
		t.Errorf("of counts that rise: problem %q", d.problem)
	}
}

// Figures are read as often as the plan says, and the gate looks at the master between.
func TestNap(t *testing.T) {
	const interval, length = 7 * time.Second, 30 * time.Second
	due, read := interval, []time.Duration{}
	for at := time.Duration(0); at < length; {
		if at += nap(due-at, interval, length-at); at >= due || at >= length {
			due, read = at+interval, append(read, at)
		}
	}
	if want := []time.Duration{7 * time.Second, 14 * time.Second, 21 * time.Second, 28 * time.Second, length}; !slices.Equal(read, want) {
		t.Errorf("figures are read at %v, want %v", read, want)
	}
	for _, test := range []struct{ due, interval, left, want time.Duration }{
		{-time.Second, time.Second, time.Minute, time.Second},
		{0, time.Minute, time.Minute, glance},
		{time.Minute, time.Minute, 300 * time.Millisecond, 300 * time.Millisecond},
	} {
		if got := nap(test.due, test.interval, test.left); got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
}
