package measure

import (
	"math"
	"testing"
)

// Generators need less for a request the more they have to do, and never more than a core.
func cores(users int) float64 { return math.Min(1, 0.01*math.Pow(float64(users), 0.75)) }

func TestSearchFindsItsGoal(t *testing.T) {
	for _, goal := range []float64{0.3, 0.5, 0.8, 0.95} {
		tried := []trial{{100, cores(100)}}
		for range 8 {
			if math.Abs(tried[nearest(goal, tried)].cores-goal) < 0.03 {
				break
			}
			next := nextUsers(goal, tried)
			if next <= 0 {
				t.Fatalf("goal %v: nothing left to try after %v", goal, tried)
			}
			tried = append(tried, trial{next, cores(next)})
		}
		if best := tried[nearest(goal, tried)]; math.Abs(best.cores-goal) >= 0.03 {
			t.Errorf("goal %v: best %v of %v", goal, best, tried)
		}
	}
}

func TestSearchEnds(t *testing.T) {
	if next := nextUsers(0.5, []trial{{10, 0.4}, {11, 0.6}}); next != 0 {
		t.Errorf("next %d between neighbours, want 0", next)
	}
	if next := nextUsers(0.9, []trial{{100, 0.1}}); next != 300 {
		t.Errorf("next %d, want a step of 3 at the most", next)
	}
	if next := nextUsers(0.5, []trial{{100, 1}}); next != 50 {
		t.Errorf("next %d, want in proportion", next)
	}
}
