package stats

import (
	"runtime"
	"sync/atomic"
	"time"
)

// A Schedule counts how well the users of one class keep to their wait times. Its methods
// may be called from any goroutine.
type Schedule struct {
	lateness []Lateness
	next     atomic.Uint64 // counts the users
	scale    classicScale
}

// A Lateness is the part of a Schedule that some of the users write into. It implements
// tasks.Schedule.
type Lateness struct {
	scale       *classicScale
	buckets     [classicBounds + 1]atomic.Int64
	nanoseconds atomic.Uint64
	missed      atomic.Int64
	_           [64]byte // so that parts do not disturb each other
}

// NewSchedule returns a Schedule at zero.
func NewSchedule() *Schedule {
	s := &Schedule{lateness: make([]Lateness, 2*runtime.GOMAXPROCS(0)), scale: newClassicScale()}
	for i := range s.lateness {
		s.lateness[i].scale = &s.scale
	}
	return s
}

// User returns the part for one more user.
func (s *Schedule) User() *Lateness {
	return &s.lateness[s.next.Add(1)%uint64(len(s.lateness))]
}

// Started counts an iteration, and the starts before it that were left out.
func (l *Lateness) Started(late time.Duration, missed int64) {
	l.buckets[l.scale.bucket(late)].Add(1)
	l.nanoseconds.Add(uint64(max(late, 0)))
	if missed > 0 {
		l.missed.Add(missed)
	}
}

// A Punctuality is what there is of the iterations of one user class since NewSchedule.
type Punctuality struct {
	Late    float64 // sum in seconds
	Classic []int64 // iterations by how late they started, as in Outcome
	Missed  int64   // starts left out
}

// Snapshot returns the counts so far.
func (s *Schedule) Snapshot() Punctuality {
	p := Punctuality{Classic: make([]int64, classicBounds+1)}
	var total timeSum
	for i := range s.lateness {
		l := &s.lateness[i]
		for b := range l.buckets {
			p.Classic[b] += l.buckets[b].Load()
		}
		total.add(timeSum{low: l.nanoseconds.Load()})
		p.Missed += l.missed.Load()
	}
	p.Late = total.seconds()
	for i := range p.Classic[1:] {
		p.Classic[i+1] += p.Classic[i]
	}
	return p
}
