package stats

import (
	"math/bits"
	"time"
)

const classicBounds = 15

// ClassicBounds returns the upper bounds, inclusive, of the classic buckets in seconds. A
// last bucket without a bound follows them.
func ClassicBounds() []float64 {
	return []float64{.001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 30, 60}
}

// A classicScale finds the classic bucket of a response time.
type classicScale struct {
	bounds [classicBounds + 1]time.Duration
	first  [65]uint8 // by length in bits: the bucket of the shortest such time
}

func newClassicScale() classicScale {
	var c classicScale
	for i, b := range ClassicBounds() {
		c.bounds[i] = time.Duration(b*1e6+.5) * time.Microsecond
	}
	c.bounds[classicBounds] = 1<<63 - 1
	for n := 1; n < len(c.first); n++ {
		shortest := uint64(1) << (n - 1)
		c.first[n] = c.first[n-1]
		for uint64(c.bounds[c.first[n]]) < shortest && c.first[n] < classicBounds {
			c.first[n]++
		}
	}
	return c
}

func (c *classicScale) bucket(d time.Duration) uint8 {
	i := c.first[bits.Len64(uint64(d))]
	for d > c.bounds[i] {
		i++
	}
	return i
}
