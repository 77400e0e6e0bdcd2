package dispatch_test

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/dispatch"
	"github.com/hopperband/hopperband/internal/goldentest"
)

// A golden is what Locust 2.47.0 does: the users of each class, by name, after each step.
type golden struct {
	Users    int
	Rate     float64
	Classes  []dispatch.Class
	Names    []string
	Interval float64
	Steps    [][]int
}

func TestAsLocust(t *testing.T) {
	for _, want := range goldentest.Read[golden](t, "testdata/locust-2.47.0.json") {
		d := dispatch.New(want.Users, want.Rate, want.Classes...)
		if got := d.Interval().Seconds(); math.Abs(got-want.Interval) > 1e-6 {
			t.Errorf("%+v: every %v s, want %v", want.Classes, got, want.Interval)
		}
		if got := steps(d, want.Names); !slices.EqualFunc(got, want.Steps, slices.Equal[[]int]) {
			t.Errorf("%d users at %v of %+v:\n%v, want\n%v", want.Users, want.Rate, want.Classes, got, want.Steps)
		}
	}
}

func steps(d *dispatch.Dispatcher, names []string) (all [][]int) {
	for more := true; more; {
		var counts map[string]int
		counts, more = d.Next()
		step := []int{}
		for _, name := range names {
			step = append(step, counts[name])
		}
		all = append(all, step)
	}
	return all
}

// Whatever the weights, the ramp ends at the target with a user for each, and no class is
// further than two users from its share.
func TestShares(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		users, total := r.IntN(500), 0.0
		var classes []dispatch.Class
		for i := range 1 + r.IntN(5) {
			c := dispatch.Class{Name: string(rune('A' + i)), Weight: float64(1 + r.IntN(9))}
			total += c.Weight
			classes = append(classes, c)
		}
		d := dispatch.New(users, float64(1+r.IntN(200)), classes...)
		counts, more := d.Next()
		for more {
			counts, more = d.Next()
		}
		sum := 0
		for n := range maps.Values(counts) {
			sum += n
		}
		if sum != users {
			t.Fatalf("%d users of %+v: %v", users, classes, counts)
		}
		for _, c := range classes {
			if share := float64(users) * c.Weight / total; math.Abs(float64(counts[c.Name])-share) > 2 {
				t.Errorf("%d users of %+v: %v", users, classes, counts)
			}
		}
	}
}

func TestExtremeRates(t *testing.T) {
	for _, tt := range []struct {
		rate     float64
		steps    int
		interval time.Duration
	}{
		{1e300, 1, 0},
		{math.SmallestNonzeroFloat64, 3, 1 << 62},
	} {
		d := dispatch.New(3, tt.rate, dispatch.Class{Name: "A", Weight: 1})
		if got := len(steps(d, []string{"A"})); got != tt.steps || d.Interval() != tt.interval {
			t.Errorf("%v: %d steps, every %v", tt.rate, got, d.Interval())
		}
	}
}
