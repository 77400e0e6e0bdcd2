package stats

import "time"

const classicBounds = 15

// ClassicBounds returns the upper bounds, inclusive, of the classic buckets in seconds. A
// last bucket without a bound follows them.
func ClassicBounds() []float64 {
	return []float64{.001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 30, 60}
}

// A classicScale holds the bounds of the classic buckets.
type classicScale [classicBounds]time.Duration

func newClassicScale() (s classicScale) {
	for i, b := range ClassicBounds() {
		s[i] = time.Duration(b*1e6+.5) * time.Microsecond
	}
	return s
}

// bucket returns the index of the bucket for a time.
func (s *classicScale) bucket(d time.Duration) int {
	i := 0
	for i < len(s) && d > s[i] {
		i++
	}
	return i
}
