package threshold

import (
	"fmt"
	"time"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// A Watch judges thresholds while a run goes on: those with a sliding window, of which it
// keeps the worst window, and those that stop the run at once.
type Watch struct {
	watched []*watched
}

// NewWatch watches those of the thresholds that need it.
func NewWatch(thresholds []Threshold) *Watch {
	w := &Watch{}
	for _, t := range thresholds {
		if t.Window > 0 || t.Abort {
			w.watched = append(w.watched, &watched{
				Threshold: t, past: make([]moment, 1), worst: make(map[label]record.Check),
			})
		}
	}
	return w
}

// Observe takes the counts of all requests and of each name since one fixed moment, at a
// time since then, and returns the checks for which the run has to be stopped now. Seen is
// over how long they were counted: a source that is behind has counts that are older than
// the answer. Times rise from call to call. It is an error if counts fell: the counters began
// anew.
func (w *Watch) Observe(at, seen time.Duration, total record.Figures, names []record.Figures) ([]record.Check, error) {
	var stop []record.Check
	for _, t := range w.watched {
		checks, err := t.observe(at, seen, t.Scope.Of(total, names))
		if err != nil {
			return stop, fmt.Errorf("threshold: watching %q: %w", t.Text, err)
		}
		for _, c := range checks {
			if t.Abort && at >= t.Grace && c.Result == record.Failed {
				stop = append(stop, c)
			}
		}
	}
	return stop, nil
}

// Checks returns the worst window of each threshold with a sliding window, for each name in
// its scope; a check without data if there was no window with data.
func (w *Watch) Checks() []record.Check {
	var checks []record.Check
	for _, t := range w.watched {
		if t.Window == 0 {
			continue
		}
		if len(t.worst) == 0 {
			checks = append(checks, t.empty())
		}
		for _, l := range t.order {
			c := t.worst[l]
			c.Text = fmt.Sprintf("%s (the worst %s)", c.Text, t.Window)
			checks = append(checks, c)
		}
	}
	return checks
}

type label struct{ method, name string }

// A watched threshold keeps the counts of its window.
type watched struct {
	Threshold

	past  []moment // the first is the last one at least a window ago; in the beginning, nothing at 0
	worst map[label]record.Check
	order []label
}

type moment struct {
	at, seen time.Duration
	figures  map[label]record.Figures
}

func (t *watched) observe(at, seen time.Duration, figures []record.Figures) ([]record.Check, error) {
	if t.Window == 0 {
		return t.judge(figures, seen), nil
	}
	now := moment{at, seen, make(map[label]record.Figures, len(figures))}
	for _, f := range figures {
		now.figures[label{f.Method, f.Name}] = f
	}
	for len(t.past) > 1 && at-t.past[1].at >= t.Window {
		t.past = t.past[1:]
	}
	defer func() { t.past = append(t.past, now) }()
	since := t.past[0]
	if at-since.at < t.Window {
		return nil, nil
	}
	within := make([]record.Figures, 0, len(figures))
	for _, f := range figures {
		diff, err := f.Sub(since.figures[label{f.Method, f.Name}])
		if err != nil {
			return nil, err
		}
		within = append(within, diff)
	}
	checks := t.judge(within, seen-since.seen)
	for _, c := range checks {
		t.keep(label{c.Method, c.Name}, c)
	}
	return checks, nil
}

// judge judges what was counted over some time; of none, there is nothing to judge.
func (t *watched) judge(figures []record.Figures, over time.Duration) (checks []record.Check) {
	if over <= 0 {
		return nil
	}
	for _, f := range figures {
		checks = append(checks, t.Judge(f.Over(over.Seconds())))
	}
	return checks
}

// keep keeps the worst window: a breach before none, none before no data, and of two like
// ones that which is farther in the bad direction.
func (t *watched) keep(l label, c record.Check) {
	old, known := t.worst[l]
	if !known {
		t.order = append(t.order, l)
	}
	if !known || badness(c) > badness(old) || badness(c) == badness(old) && t.worse(c, old) {
		t.worst[l] = c
	}
}

func badness(c record.Check) int {
	switch c.Result {
	case record.NoData:
		return 0
	case record.Passed:
		return 1
	}
	return 2
}

func (t *watched) worse(c, old record.Check) bool {
	if c.Seen == nil || old.Seen == nil {
		return false
	}
	if t.Operator == Below || t.Operator == AtMost {
		return *c.Seen > *old.Seen
	}
	return *c.Seen < *old.Seen
}

func (t *watched) empty() record.Check {
	c := t.check(record.Figures{Method: t.Scope.Method, Name: t.Scope.label()})
	c.Result = record.NoData
	c.Text = fmt.Sprintf("%s of %s: no window of %s with a request", t.Text, c.Of(), t.Window)
	return c
}
