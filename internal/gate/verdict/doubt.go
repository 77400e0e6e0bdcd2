package verdict

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// undisturbed is the check that a run fails of which nothing but doubtful failures is left.
const undisturbed = "undisturbed"

// doubt sets aside failures that may be none of the target's: those within the time by which
// the generator itself was late, and those of a figure that two runs of one version do not
// agree on. If no other is left, the run says nothing about the target.
func (in Input) doubt(v *record.Verdict) {
	left := false
	var doubts []string
	for i := range v.Checks {
		c := &v.Checks[i]
		if c.Result != record.Failed || c.Kind == record.ValidityCheck {
			continue
		}
		why := in.late(*c)
		if why == "" {
			why = in.unsteady(*c)
		}
		if why == "" {
			left = true
			continue
		}
		c.Result = record.Advises
		c.Text += "; " + why
		doubts = append(doubts, c.Text)
	}
	if len(doubts) == 0 || left {
		return
	}
	c := said(undisturbed, record.Failed, strings.Join(doubts, "; "))
	c.Kind, c.Decides = record.ValidityCheck, true
	v.Checks = append(v.Checks, c)
}

// late says that the generator may have made a failure by itself: it reads answers as late
// as it starts iterations, and so a time is that much too long at most, and a rate lower by
// as much of each request.
func (in Input) late(c record.Check) string {
	g := in.Run.Generator
	if c.Seen == nil || c.Allowed == nil {
		return ""
	}
	beyond, late, part := math.Inf(1), g.LateP99(), "99 of 100 of its wake-ups"
	switch {
	case c.Unit == record.Seconds && strings.HasPrefix(c.Operator, "<"):
		beyond = *c.Seen - *c.Allowed
	case c.Unit == record.PerSecond && strings.HasPrefix(c.Operator, ">") && in.Run.Total.Rate > 0:
		perRequest := float64(g.UsersReached) / in.Run.Total.Rate
		beyond = perRequest * (1 - *c.Seen / *c.Allowed)
	}
	switch {
	case rare(c.Figure):
		late, part = g.LateMax(), "all of its wake-ups"
	case c.Window > 0:
		late, part = g.LateWorst(), "99 of 100 of its wake-ups in the worst interval"
	}
	if c.Figure == "min" || !(beyond < late) {
		return ""
	}
	return fmt.Sprintf("that is %s beyond, and the generator itself was up to %s late (%s)",
		record.Format(beyond, record.Seconds), record.Format(late, record.Seconds), part)
}

// rare tells whether a figure hangs on fewer requests than one in twenty: the lateness of 99
// of 100 says nothing about them.
func rare(figure string) bool {
	percent, err := strconv.ParseFloat(strings.TrimPrefix(figure, "p"), 64)
	return figure == "max" || err == nil && percent > 95
}

// unsteady says that the second run does not show what the first one did: it is beyond its
// limit just so, and the two differ from each other by far more than that.
func (in Input) unsteady(c record.Check) string {
	first := in.before(c)
	if first == nil || c.Unit == record.Ratio || c.Expected == nil || c.Allowed == nil || first.Expected == nil {
		return ""
	}
	tolerance := math.Abs(*c.Allowed - *c.Expected)
	least := min(math.Abs(*c.Seen-*c.Expected), math.Abs(*first.Seen-*first.Expected))
	spread := math.Abs(*c.Seen - *first.Seen)
	if least >= 2*tolerance || spread <= 2*least {
		return ""
	}
	return fmt.Sprintf("run %s had %s: two runs of one version that differ so much confirm nothing",
		in.First.ID, record.Format(*first.Seen, c.Unit))
}
