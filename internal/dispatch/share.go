package dispatch

import (
	"cmp"
	"math"
	"slices"
)

// A sharing are the classes that the next user may be of.
type sharing []*share

// A share is a class, and by how much one more user of it would bring the users nearer to
// the weights: Locust's order by Kullback-Leibler divergence (locust/dispatch.py,
// _kl_generator). Of classes with the weights 5 and 1 come A A A B A A A A A B A A.
type share struct {
	name   string
	weight float64
	gain   float64 // the lower, the more
	next   float64 // the weight and the users so far, and one
}

func newShare(name string, weight float64) *share {
	s := &share{name: name, weight: weight, next: weight}
	s.advance()
	return s
}

func (s *share) advance() {
	s.gain = s.weight * math.Log2(s.next/(s.next+1))
	s.next++
}

// compare orders classes by who is next, as Python compares tuples.
func (s *share) compare(o *share) int {
	return cmp.Or(
		cmp.Compare(s.gain, o.gain), cmp.Compare(s.next, o.next),
		cmp.Compare(s.weight, o.weight), cmp.Compare(s.name, o.name),
	)
}

// next is the class of the next user; not ok if there is none.
func (s sharing) next() (name string, ok bool) {
	if len(s) == 0 {
		return "", false
	}
	best := slices.MinFunc(s, (*share).compare)
	best.advance()
	return best.name, true
}
