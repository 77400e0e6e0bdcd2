package stats

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// A place is where a time is counted: Locust's key, and the indices of the others.
type place struct {
	locust          int64
	native, classic int
	zero            bool
}

// slowPlace uses fractions, powers and a look at each bound.
func slowPlace(d time.Duration, s *scale) place {
	c := place{locust: slowLocustKey(d), zero: d == 0}
	for c.classic < classicBounds && d > s.classic[c.classic] {
		c.classic++
	}
	if d > 0 {
		i := s.native.bucket(d)
		for !within(int64(d), i) {
			i++
		}
		for within(int64(d), i-1) {
			i--
		}
		c.native = i
	}
	return c
}

// countedIn returns where one time is counted.
func countedIn(t *testing.T, d time.Duration, s *scale) (c place) {
	t.Helper()
	var counts cells
	counts.add(d, s)
	seen := int64(0)
	for x, n := range counts.all(s) {
		c = place{locustKey(int64(x.locust)), int(x.native), int(x.classic), x.zero}
		seen += n
	}
	if seen != 1 {
		t.Fatalf("%v is counted %d times", d, seen)
	}
	return c
}

// checkCells checks a time, and 1 ns to either side.
func checkCells(t *testing.T, s *scale, at time.Duration) {
	t.Helper()
	for d := max(at-1, 0); d <= min(at+1, maxDuration); d++ {
		if got, want := countedIn(t, d, s), slowPlace(d, s); got != want {
			t.Fatalf("%d ns is counted in %+v, want %+v", d, got, want)
		}
	}
}

func TestEveryBoundOfEveryScale(t *testing.T) {
	s := newScale()
	for i := nativeLowest; s.native.bound(i) < 4*nearEnd; i++ {
		checkCells(t, s, s.native.bound(i))
	}
	for i := int64(0); locustBound(i) < 4*nearEnd; i++ {
		checkCells(t, s, locustBound(i))
	}
	for _, b := range s.classic {
		checkCells(t, s, b)
	}
}

func TestEveryStripe(t *testing.T) {
	s := newScale()
	for n := range stripes {
		d := shortestIn(n)
		if stripeOf(d) != uint(n) || d > 0 && stripeOf(d-1) != uint(n-1) {
			t.Fatalf("%d ns, the shortest time of stripe %d, is in %d, the one before it in %d", d, n, stripeOf(d), stripeOf(d-1))
		}
		checkCells(t, s, d)
	}
	if got := stripeOf(nearEnd - 1); got != stripes-1 {
		t.Errorf("the longest near time is in stripe %d, want %d", got, stripes-1)
	}
}

func TestCellsOfAllMagnitudes(t *testing.T) {
	s := newScale()
	checkCells(t, s, nearEnd)
	checkCells(t, s, maxDuration)
	random := rand.New(rand.NewPCG(1, 2))
	for range 50_000 {
		d := time.Duration(random.Uint64() >> (1 + random.IntN(63)))
		checkCells(t, s, min(d, maxDuration))
	}
}

func TestCellsAscend(t *testing.T) {
	s := newScale()
	bounds := s.bounds[:len(s.cells)]
	if len(s.cells) > cellsAtMost-2 || !slices.IsSorted(bounds) || bounds[len(bounds)-1] != nearEnd-1 {
		t.Errorf("%d cells end with %v", len(s.cells), bounds[len(bounds)-1])
	}
	for i := range s.cells[1:] {
		a, b := s.cells[i], s.cells[i+1]
		if b.locust < a.locust || b.native < a.native && !a.zero || b.classic < a.classic {
			t.Errorf("cell %d is %+v, the next one %+v", i, a, b)
		}
	}
}

func BenchmarkNewScale(b *testing.B) {
	for b.Loop() {
		newScale()
	}
}
