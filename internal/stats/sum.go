package stats

import (
	"maps"
	"slices"
	"time"
)

// A sum adds entries of a report up. Its seconds are all those of the entries, so that
// they sum up too.
type sum struct {
	window
	perSecond map[int64]second
}

func newSum() *sum { return &sum{perSecond: make(map[int64]second)} }

func (s *sum) add(e *Entry) {
	s.window.put(e)
	for _, c := range e.PerSecond {
		s.addSecond(second{at: c.Key, requests: c.N})
	}
	for _, c := range e.FailuresPerSecond {
		s.addSecond(second{at: c.Key, failures: c.N})
	}
}

func (s *sum) addSecond(x second) {
	x.merge(s.perSecond[x.at])
	s.perSecond[x.at] = x
}

func (s *sum) entry(start time.Time) Entry {
	if s.requests == 0 {
		return Entry{Start: start}
	}
	e := s.window.take(entryKey{}, start)
	e.PerSecond, e.FailuresPerSecond = nil, nil
	for _, at := range slices.Sorted(maps.Keys(s.perSecond)) {
		e.PerSecond = appendCount(e.PerSecond, at, s.perSecond[at].requests)
		e.FailuresPerSecond = appendCount(e.FailuresPerSecond, at, s.perSecond[at].failures)
	}
	return e
}
