// Package dispatch deals users out to user classes, one step after the other, exactly as
// Locust does (locust/dispatch.py): those with a fixed count first, the others by weight.
package dispatch

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"
)

// A Class is a user class and its share of the users.
type Class struct {
	Name       string
	Weight     float64 // relative number of users; one of 0 gets none
	FixedCount int     // exactly so many instead, if it is not 0
}

// A Dispatcher ramps up to a number of users. It counts those that it has dealt out.
type Dispatcher struct {
	fixed, weighted sharing
	missing         int // users of fixed counts that are still to come
	counts          map[string]int
	users, target   int
	step            int
	rate            float64
}

// New returns a dispatcher that goes to a number of users at a rate: users a second, above
// 0. The order of the classes does not matter.
func New(users int, rate float64, classes ...Class) *Dispatcher {
	d := &Dispatcher{counts: map[string]int{}, target: users, step: max(1, int(min(rate, math.MaxInt32))), rate: rate}
	for _, c := range slices.SortedFunc(slices.Values(classes), func(a, b Class) int { return cmp.Compare(a.Name, b.Name) }) {
		d.counts[c.Name] = 0
		if c.FixedCount > 0 {
			d.fixed = append(d.fixed, newShare(c.Name, float64(c.FixedCount)))
			d.missing += c.FixedCount
		} else if c.Weight > 0 {
			d.weighted = append(d.weighted, newShare(c.Name, c.Weight))
		}
	}
	return d
}

// Interval is the time from one step to the next.
func (d *Dispatcher) Interval() time.Duration {
	return time.Duration(min(float64(d.step)/d.rate*float64(time.Second), 1<<62))
}

// Next makes a step and returns how many users of each class there are to be then, and
// whether more steps are to come: the last one is that which reaches the target, or the one
// that finds no class which may have another user.
func (d *Dispatcher) Next() (counts map[string]int, more bool) {
	for goal := min(d.users+d.step, d.target); d.users < goal; d.users++ {
		name, ok := d.pick()
		if !ok {
			return maps.Clone(d.counts), false
		}
		d.counts[name]++
	}
	return maps.Clone(d.counts), d.users < d.target
}

// pick is the class of the next user.
func (d *Dispatcher) pick() (name string, ok bool) {
	if d.missing > 0 {
		d.missing--
		return d.fixed.next()
	}
	return d.weighted.next()
}
