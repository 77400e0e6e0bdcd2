package figure

import (
	"fmt"
	"math"

	"github.com/hopperband/hopperband/bench/internal/result"
)

// goalUsers is the number of users that ours is compared with others at.
const goalUsers = 100

// A Goal is a bound for ours, and what was measured.
type Goal struct {
	Name    string
	Bound   float64
	Got     float64
	AtMost  bool // Bound is the highest value; otherwise the lowest
	Decimal int  // places
}

// Met says whether the goal is reached.
func (g Goal) Met() bool {
	if g.AtMost {
		return g.Got <= g.Bound
	}
	return g.Got >= g.Bound
}

// String returns the goal as a line of text.
func (g Goal) String() string {
	verdict, bound := "NOT MET", "at least"
	if g.Met() {
		verdict = "met    "
	}
	if g.AtMost {
		bound = "at most"
	}
	return fmt.Sprintf("%s  %s: %.*f, %s %.*f", verdict, g.Name, g.Decimal, g.Got, bound, g.Decimal, g.Bound)
}

// Goals compares results with what ours should reach, as far as there are any.
func Goals(all []result.Saturation, growth result.Growth, times result.Times) (goals []Goal) {
	for i := range all {
		if all[i].Users == goalUsers {
			goals = append(goals, ratioGoals(&all[i])...)
		}
	}
	for _, users := range growth.Users() {
		goals = append(goals, manyUsers(&growth, users)...)
	}
	return append(goals, timesGoals(times)...)
}

func ratioGoals(s *result.Saturation) (goals []Goal) {
	for _, g := range []struct {
		peer string
		low  float64
	}{{"nethttp", 1.5}, {"wrk", 0.6}, {"FastHttpUser", 10}, {"HttpUser", 40}} {
		if r := SpreadOf(Ratios(s.Windows, g.peer)); r.N > 0 {
			goals = append(goals, Goal{Name: fmt.Sprintf("ours ÷ %s, %d users", g.peer, s.Users), Bound: g.low, Got: r.Median, Decimal: 2})
		}
	}
	return goals
}

// manyUsers bounds what more users cost, in requests and in memory.
func manyUsers(g *result.Growth, users int) (goals []Goal) {
	if r := SpreadOf(Growth(*g, result.Ours, users)); r.N > 0 {
		goals = append(goals, Goal{Name: fmt.Sprintf("%d users ÷ %d users", users, g.Few), Bound: 0.85, Got: r.Median, Decimal: 2})
	}
	if users >= 10_000 {
		goals = append(goals, Goal{
			Name: fmt.Sprintf("KiB for each user, %d users", users), Bound: 16,
			Got: weight(g, result.Ours, users), AtMost: true, Decimal: 1,
		})
	}
	return goals
}

// timesGoals bounds the errors, in milliseconds and in either direction, of response times.
func timesGoals(t result.Times) (goals []Goal) {
	bounds := map[float64][2]float64{0.5: {0.15, 0.9}, 0.8: {0.2, 1.6}, 0.95: {1, 6}}
	for _, r := range t.Runs {
		bound, ok := bounds[r.Goal]
		told, truth := r.Window.Told, r.Window.True
		if !ok || r.Window.Peer != result.Ours || told == nil || truth == nil {
			continue
		}
		at := fmt.Sprintf(", in ms, at %.0f %% of its core", 100*r.Goal)
		goals = append(goals,
			Goal{Name: "error of p50" + at, Bound: bound[0], Got: math.Abs(told.P50 - truth.P50), AtMost: true, Decimal: 2},
			Goal{Name: "error of p99" + at, Bound: bound[1], Got: math.Abs(told.P99 - truth.P99), AtMost: true, Decimal: 2})
	}
	return goals
}
