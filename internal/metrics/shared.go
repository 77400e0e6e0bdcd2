package metrics

import (
	"errors"
	"slices"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// A shared lets scrapes that come while one is being gathered have the same values, so
// that many of them cost little more than one. (promhttp's own CoalesceGather goes on until
// the last of them has read: one that does not read would keep all others in the past.)
type shared struct {
	lend func() (families []*dto.MetricFamily, done func(), err error)

	mu  sync.Mutex
	now *gathering // nil while nobody gathers
}

// A gathering is what some scrapes share.
type gathering struct {
	ended    chan struct{} // closed when the following is there
	families []*dto.MetricFamily
	done     func()
	err      error

	readers int // guarded by the mutex
}

var _ prometheus.TransactionalGatherer = (*shared)(nil)

// lending lends what a gatherer has.
func lending(g prometheus.Gatherer) func() ([]*dto.MetricFamily, func(), error) {
	if r, ok := g.(*Registry); ok {
		return r.lend
	}
	return prometheus.ToTransactionalGatherer(g).Gather
}

// Gather implements prometheus.TransactionalGatherer.
func (s *shared) Gather() ([]*dto.MetricFamily, func(), error) {
	g, first := s.join()
	if first {
		s.gather(g)
	}
	<-g.ended
	return slices.Clone(g.families), func() { s.leave(g) }, g.err
}

func (s *shared) join() (g *gathering, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if first = s.now == nil; first {
		s.now = &gathering{ended: make(chan struct{}), done: func() {}, err: errors.New("gathering panicked")}
	}
	s.now.readers++
	return s.now, first
}

// gather ends g, even if a collector panics.
func (s *shared) gather(g *gathering) {
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.now = nil
		close(g.ended)
	}()
	g.families, g.done, g.err = s.lend()
}

func (s *shared) leave(g *gathering) {
	s.mu.Lock()
	g.readers--
	last := g.readers == 0
	s.mu.Unlock()
	if last {
		g.done()
	}
}
