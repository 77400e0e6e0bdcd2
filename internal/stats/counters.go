package stats

import (
	"math/bits"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// counters are the sums of one entry since New.
type counters struct {
	requests, none, failures, interrupted, length int64
	totalHigh, totalLow                           uint64 // response times in ns: 64 bits do for 100 000 users for a month only
	zero                                          int64
	classic                                       [classicBounds + 1]int64
	native                                        [nativeOctaves]*page
}

func (c *counters) add(x *sample, classic *classicScale, native *nativeScale) {
	c.requests++
	c.length += x.length
	if x.duration == tasks.NoResponseTime {
		c.none++
		return
	}
	var carry uint64
	c.totalLow, carry = bits.Add64(c.totalLow, uint64(x.duration), 0)
	c.totalHigh += carry
	c.classic[classic.bucket(x.duration)]++
	if x.duration == 0 {
		c.zero++
		return
	}
	c.addNative(native.bucket(x.duration) - nativePerOctave*nativeLowest)
}

// addNative counts in a bucket, numbered from the lowest.
func (c *counters) addNative(i int) {
	p := c.native[i/pageSize]
	if p == nil {
		p = new(page)
		c.native[i/pageSize] = p
	}
	p[i%pageSize]++
}

func (c *counters) seconds() float64 {
	const two64 = 1 << 64
	return (float64(c.totalHigh)*two64 + float64(c.totalLow)) / float64(time.Second)
}

func (c *counters) nativeCounts() []Count {
	var cs []Count
	for i, p := range c.native {
		if p == nil {
			continue
		}
		for j, n := range p {
			cs = appendCount(cs, int64(i*pageSize+j+nativePerOctave*nativeLowest), n)
		}
	}
	return cs
}
