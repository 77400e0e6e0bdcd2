package stats

import (
	"iter"
	"maps"
	"slices"
	"time"
)

const (
	pageSize = 32
	pages    = cellsAtMost / pageSize
)

// A page counts in some neighbouring cells.
type page [pageSize]int64

// A cells counts response times in the cells of a scale. Its memory follows what occurs:
// pages of neighbouring cells, and single cells for what takes longer than 18 minutes.
type cells struct {
	near [pages]*page
	far  map[time.Duration]int64 // by bound
}

func (c *cells) add(d time.Duration, s *scale) {
	if d >= nearEnd {
		c.addFar(s.far(d), 1)
		return
	}
	i := uint(s.near(d))
	p := c.near[i/pageSize]
	if p == nil {
		p = new(page)
		c.near[i/pageSize] = p
	}
	p[i%pageSize]++
}

func (c *cells) addFar(bound time.Duration, n int64) {
	if c.far == nil {
		c.far = make(map[time.Duration]int64)
	}
	c.far[bound] += n
}

// take moves what o counts.
func (c *cells) take(o *cells) {
	for i, p := range o.near {
		switch {
		case p == nil:
		case c.near[i] == nil:
			c.near[i], o.near[i] = p, nil
		default:
			c.near[i].take(p)
		}
	}
	for bound, n := range o.far {
		c.addFar(bound, n)
	}
	clear(o.far)
}

func (p *page) take(o *page) {
	for i, n := range o {
		p[i] += n
	}
	clear(o[:])
}

// all yields the cells with times in them, in ascending order, and how many these are.
func (c *cells) all(s *scale) iter.Seq2[cell, int64] { return c.with(&cells{}, s) }

// with yields what all does of c and o together.
func (c *cells) with(o *cells, s *scale) iter.Seq2[cell, int64] {
	return func(yield func(cell, int64) bool) {
		var both page
		for i := range pages {
			p := both.sum(c.near[i], o.near[i])
			if p == nil {
				continue
			}
			for j, n := range p {
				if n != 0 && !yield(s.cells[i*pageSize+j], n) {
					return
				}
			}
		}
		far := c.farWith(o)
		for _, bound := range slices.Sorted(maps.Keys(far)) {
			if !yield(s.cell(bound), far[bound]) {
				return
			}
		}
	}
}

// sum returns the sum of two pages, which may be nil. Only if neither is, it is p.
func (p *page) sum(a, b *page) *page {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	for i := range p {
		p[i] = a[i] + b[i]
	}
	return p
}

func (c *cells) farWith(o *cells) map[time.Duration]int64 {
	switch {
	case len(c.far) == 0:
		return o.far
	case len(o.far) == 0:
		return c.far
	}
	far := maps.Clone(c.far)
	for bound, n := range o.far {
		far[bound] += n
	}
	return far
}

// size returns the number of cells with times in them.
func (c *cells) size() int {
	size := len(c.far)
	for _, p := range c.near {
		if p == nil {
			continue
		}
		for _, n := range p {
			if n != 0 {
				size++
			}
		}
	}
	return size
}

// locust returns the counts in Locust's buckets.
func (c *cells) locust(s *scale) []Count {
	cs := slices.Grow([]Count(nil), c.size())
	for x, n := range c.all(s) {
		cs = appendCount(cs, locustKey(int64(x.locust)), n)
	}
	return cs
}
