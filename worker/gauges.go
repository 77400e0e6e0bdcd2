package worker

import (
	"sync/atomic"

	"github.com/hopperband/hopperband/internal/metrics"
)

// A shownClass is what metrics see of the users of a class, so that a scrape does not lock
// the swarm.
type shownClass struct{ running, target, abandoned atomic.Int64 }

// gauges is what metrics see of the swarm.
func (s *swarm) gauges() []metrics.Class {
	classes := make([]metrics.Class, 0, len(s.classes))
	for _, c := range s.classes {
		classes = append(classes, metrics.Class{
			Name: c.Name, Running: c.shown.running.Load(), Target: c.shown.target.Load(), Abandoned: c.shown.abandoned.Load(),
			Schedule: c.schedule,
		})
	}
	return classes
}
