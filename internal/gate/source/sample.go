// Package source reads what workers have counted: from the workers themselves, from a
// Prometheus, or from the master's statistics.
package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hopperband/hopperband/internal/gate/histogram"
	"github.com/hopperband/hopperband/internal/gate/record"
)

// ErrUnreachable is wrapped by the errors of a source that could not be asked, or answered
// something else.
var ErrUnreachable = errors.New("the source of the figures cannot be reached")

// A Source knows the counts of all workers.
type Source interface {
	// Sample returns the counts as they are now.
	Sample(ctx context.Context) (*Sample, error)
	// Begin returns the counts at the start of the plateau.
	Begin(ctx context.Context) (*Sample, error)
	// End returns the counts at the end of the plateau, while the load goes on.
	End(ctx context.Context) (*Sample, error)
	// After returns the counts of a time that is past, or of a later one, with all that
	// had happened by then. It waits if the source is behind.
	After(ctx context.Context, t time.Time) (*Sample, error)
	// Origin says what the source is, with the resolution that its samples had.
	Origin() record.Source
}

// A Sample is the counts of all workers at one time. The counts only rise while a worker
// lives; a worker that is not in it has counted nothing that the source knows.
type Sample struct {
	At      time.Time
	Workers map[string]*Worker // by node ID; the master's statistics have one, ""
	// CPU is what the busiest process uses of what it may use, 0 to 1; nil if unknown.
	CPU *float64
	// Clocks are by how much the clocks of processes are before ours, to a second or so, by
	// address.
	Clocks map[string]time.Duration

	processes map[string]process
	total     *record.Figures // of all names, if it is not their sum
}

// A Worker is what one worker has counted.
type Worker struct {
	At                                      time.Time // when the source saw it
	Figures                                 map[Name]record.Figures
	Missed, Interrupted, Resent, Unreported int64
	// Facts says that the source knows these counts, and how late iterations started.
	Facts bool

	lag   classic          // how late iterations started
	times map[Name]classic // response times, where there are no native histograms
	gone  bool             // the source knows it no longer
}

// A Name is a method and a request name.
type Name struct{ Method, Name string }

// nameOf is a name that is none of all requests together: users may record one without
// method and name.
func nameOf(method, name string) Name {
	if method == "" && name == "" {
		name = "(no name)"
	}
	return Name{method, name}
}

// Merge adds what an earlier sample knew of workers that are gone: what they had counted
// does not get lost with them.
func (s *Sample) Merge(earlier *Sample) *Sample {
	merged := *s
	if earlier == nil {
		earlier = &Sample{}
	}
	merged.Workers, merged.processes = latest(earlier.Workers, s.Workers), latest(earlier.processes, s.processes)
	for id, w := range earlier.Workers {
		if _, here := s.Workers[id]; !here {
			gone := *w
			gone.gone = true
			merged.Workers[id] = &gone
		}
	}
	return &merged
}

// Seen is when the source saw the workers, but for lost ones, on average: a Prometheus saw them
// some time before it was asked, and a worker that does not answer was seen before.
func (s *Sample) Seen(lost map[string]bool) time.Time {
	var sum time.Duration
	n := 0
	for id, w := range s.Workers {
		if !lost[id] {
			sum += w.At.Sub(s.At)
			n++
		}
	}
	return s.At.Add(sum / time.Duration(max(1, n)))
}

func latest[T any](earlier, now map[string]T) map[string]T {
	all := map[string]T{}
	maps.Copy(all, earlier)
	maps.Copy(all, now)
	return all
}

// Totals are the counts of all workers between two samples.
type Totals struct {
	Total record.Figures
	Names []record.Figures // by name and method

	Lag                                     histogram.Histogram // how late iterations started
	Missed, Interrupted, Resent, Unreported int64
	Facts                                   bool // of every worker: Lag and the counts behind it are known

	// CPUWaitP99 is how long goroutines waited for a CPU, 99 of 100 of them, in the process
	// where that was longest; nil if no source knows.
	CPUWaitP99 *Bucket
}

// Since returns what was counted since an earlier sample, by each worker process for itself:
// one that was not there had counted nothing. It is an error if counts fell. Rates are those
// of the times at which the source saw the workers, and of all the time for a worker that is
// gone.
func (s *Sample) Since(earlier *Sample) (*Totals, error) {
	sum := map[Name]record.Figures{}
	t := &Totals{Facts: true, CPUWaitP99: s.cpuWait(earlier)}
	for _, id := range slices.Sorted(maps.Keys(s.Workers)) {
		now, before := s.Workers[id], &Worker{At: earlier.At}
		if w, ok := earlier.Workers[id]; ok {
			before = w
		}
		seen := now.At
		if now.gone {
			seen = s.At
		}
		if err := t.add(now, before, seen.Sub(before.At), sum); err != nil {
			return nil, fmt.Errorf("worker %q: %w", id, err)
		}
	}
	for _, name := range slices.SortedFunc(maps.Keys(sum), compareNames) {
		f := sum[name]
		if f.Requests == 0 {
			continue
		}
		t.Names = append(t.Names, f)
		t.Total = t.Total.Add(f)
	}
	t.Total.Method, t.Total.Name = "", ""
	if s.total != nil {
		t.Total = s.total.Over(s.At.Sub(earlier.At).Seconds())
	}
	return t, nil
}

func since(now, before classic) (histogram.Histogram, error) {
	diff, err := now.sub(before)
	if err != nil {
		return histogram.Histogram{}, err
	}
	return diff.histogram()
}

func compareNames(a, b Name) int {
	return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Method, b.Method))
}

func (t *Totals) add(now, before *Worker, over time.Duration, sum map[Name]record.Figures) error {
	for name, f := range now.Figures {
		diff, err := f.Sub(before.Figures[name])
		if err != nil {
			return err
		}
		if coarse := now.times[name]; coarse.count() > 0 {
			if diff.ResponseTime, err = since(coarse, before.times[name]); err != nil {
				return err
			}
		}
		total := sum[name].Add(diff.Over(over.Seconds()))
		total.Method, total.Name = name.Method, name.Name
		sum[name] = total
	}
	for name := range before.Figures {
		if _, ok := now.Figures[name]; !ok {
			return fmt.Errorf("the counts of %s %s are gone: the counters began anew", name.Method, name.Name)
		}
	}
	lag, err := since(now.lag, before.lag)
	if err != nil {
		return err
	}
	t.Lag = t.Lag.Add(lag)
	if now.Missed < before.Missed || now.Interrupted < before.Interrupted || now.Resent < before.Resent || now.Unreported < before.Unreported {
		return errors.New("a count fell: the counters began anew")
	}
	t.Missed += now.Missed - before.Missed
	t.Interrupted += now.Interrupted - before.Interrupted
	t.Resent += now.Resent - before.Resent
	t.Unreported += now.Unreported - before.Unreported
	t.Facts = t.Facts && now.Facts
	return nil
}
