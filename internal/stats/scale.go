package stats

import (
	"math/bits"
	"slices"
	"time"
)

const (
	nearBits    = 40            // cells of times below 2^40 ns, 18 minutes, are numbered
	nearEnd     = 1 << nearBits // ns
	stripesBits = 7             // an octave is cut into 2^7 stripes
	stripes     = (nearBits + 1 - stripesBits) << stripesBits
	cellsAtMost = 80 * pageSize
)

// A cell is a range of response times that lies in one bucket of each kind. Times up to
// maxDuration fit in.
type cell struct {
	locust  int32 // number
	native  int16 // index, for a time above zero
	classic uint8
	zero    bool // it is the cell of zero
}

// A scale cuts time into cells: the common refinement of Locust's buckets, the native ones
// and the classic ones. One count for each cell gives all three exactly.
type scale struct {
	native  nativeScale
	classic classicScale

	bounds [cellsAtMost]time.Duration // the longest time of each near cell
	cells  []cell
	first  [stripes]uint16 // the cell of the shortest time of each stripe
}

func newScale() *scale {
	s := &scale{native: newNativeScale(), classic: newClassicScale()}
	bounds := s.nearBounds()
	copy(s.bounds[:], bounds)
	s.cells = make([]cell, len(bounds))
	for i, b := range bounds {
		s.cells[i] = s.cell(b)
	}
	i := 0
	for n := range s.first {
		for s.bounds[i] < shortestIn(n) {
			i++
		}
		s.first[n] = uint16(i)
	}
	return s
}

// nearBounds returns the bounds of all near cells. Zero has a cell of its own.
func (s *scale) nearBounds() []time.Duration {
	bounds := append([]time.Duration{0, nearEnd - 1}, s.classic[:]...)
	for i := nativeLowest; s.native.bound(i) < nearEnd; i++ {
		bounds = append(bounds, s.native.bound(i))
	}
	for i := int64(0); locustBound(i) < nearEnd; i++ {
		bounds = append(bounds, locustBound(i))
	}
	slices.Sort(bounds)
	return slices.Compact(bounds)
}

// near returns the number of the cell for a time below nearEnd. Two bounds at most are
// usual in a stripe, and comparing with both costs less than a wrong guess of the processor.
func (s *scale) near(d time.Duration) int {
	i := int(s.first[stripeOf(d)])
	one, two := 0, 0
	if d > s.bounds[i] {
		one = 1
	}
	if d > s.bounds[i+1] {
		two = 1
	}
	i += one + two
	for d > s.bounds[i] {
		i++
	}
	return i
}

// far returns the bound of the cell for a time from nearEnd on.
func (s *scale) far(d time.Duration) time.Duration {
	return min(locustBound(locustBucket(d)), s.native.bound(s.native.bucket(d)))
}

// cell returns the buckets that a time is in.
func (s *scale) cell(d time.Duration) cell {
	c := cell{locust: int32(locustBucket(d)), classic: uint8(s.classic.bucket(d)), zero: d == 0}
	if !c.zero {
		c.native = int16(s.native.bucket(d))
	}
	return c
}

// stripeOf returns the number of the stripe for a time: times below 2^(stripesBits+1) ns
// have one each, longer ones share it if their leading stripesBits+1 bits are the same.
func stripeOf(d time.Duration) uint {
	shift := uint(bits.Len64(uint64(d) >> (stripesBits + 1)))
	return shift<<stripesBits + uint(d)>>shift
}

// shortestIn is the reverse of stripeOf.
func shortestIn(stripe int) time.Duration {
	shift := max(stripe>>stripesBits-1, 0)
	return time.Duration(stripe-shift<<stripesBits) << shift
}
