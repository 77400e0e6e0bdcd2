package tasks

import (
	"math/rand/v2"
	"sort"
)

// rewind makes a new entry of the set begin its order anew.
func (s *set) rewind() { s.at, s.done = 0, 0 }

// pick returns the next task to run.
func (s *set) pick() *step {
	n := len(s.steps)
	switch {
	case s.edges != nil:
		return s.walk()
	case s.Sequential:
		return s.advance()
	case n == 1:
		return &s.steps[0]
	}
	x := rand.IntN(s.steps[n-1].upto)
	return &s.steps[sort.Search(n, func(i int) bool { return s.steps[i].upto > x })]
}

// advance goes through the steps in order, each as often as its weight says.
func (s *set) advance() *step {
	st := &s.steps[s.at]
	if s.done++; s.done >= st.weight() {
		s.at, s.done = (s.at+1)%len(s.steps), 0
	}
	return st
}

// walk follows the edges of the chain. Where the tags left no edge, the chain begins anew.
func (s *set) walk() *step {
	st, row := &s.steps[s.at], s.edges[s.at]
	s.at = 0
	if len(row) > 0 {
		x := rand.IntN(row[len(row)-1].upto)
		s.at = row[sort.Search(len(row), func(i int) bool { return row[i].upto > x })].to
	}
	return st
}
