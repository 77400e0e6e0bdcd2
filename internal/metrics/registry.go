package metrics

import (
	"cmp"
	"slices"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// A Registry gathers Collectors as they are, and all else as a registry of Prometheus
// does: what that checks, sorts and hashes for each series in each scrape is true of a
// Collector's series by construction. A Collector may be in any other registry as well.
type Registry struct {
	rest *prometheus.Registry

	mu      sync.Mutex
	workers []*Collector
}

var (
	_ prometheus.Registerer = (*Registry)(nil)
	_ prometheus.Gatherer   = (*Registry)(nil)
)

// NewRegistry returns an empty registry.
func NewRegistry() *Registry { return &Registry{rest: prometheus.NewRegistry()} }

// Register implements prometheus.Registerer. It is an error if a worker with the same node
// ID is there, or a collector with the same metrics. Metrics that have names of a worker's
// are not looked for.
func (r *Registry) Register(c prometheus.Collector) error {
	w, ok := c.(*Collector)
	if !ok {
		return r.rest.Register(c)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if i := slices.IndexFunc(r.workers, w.sameNode); i >= 0 {
		return prometheus.AlreadyRegisteredError{ExistingCollector: r.workers[i], NewCollector: w}
	}
	r.workers = append(r.workers, w)
	return nil
}

// MustRegister implements prometheus.Registerer.
func (r *Registry) MustRegister(cs ...prometheus.Collector) {
	for _, c := range cs {
		if err := r.Register(c); err != nil {
			panic(err)
		}
	}
}

// Unregister implements prometheus.Registerer.
func (r *Registry) Unregister(c prometheus.Collector) bool {
	w, ok := c.(*Collector)
	if !ok {
		return r.rest.Unregister(c)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	before := len(r.workers)
	r.workers = slices.DeleteFunc(slices.Clone(r.workers), w.sameNode)
	return len(r.workers) < before
}

// Gather implements prometheus.Gatherer. Families are sorted by name; the series of
// requests are by worker, and in the order in which their names first occurred.
func (r *Registry) Gather() ([]*dto.MetricFamily, error) {
	r.mu.Lock()
	workers := r.workers
	r.mu.Unlock()
	families, err := r.rest.Gather()
	families = append(families, together(workers)...)
	slices.SortFunc(families, func(a, b *dto.MetricFamily) int { return cmp.Compare(a.GetName(), b.GetName()) })
	return families, err
}

// together returns the families of workers, which are the same for all of them.
func together(workers []*Collector) (families []*dto.MetricFamily) {
	var all [][]*dto.Metric
	for _, w := range workers {
		series := w.expose()
		if all == nil {
			all = series
			continue
		}
		for i := range all {
			all[i] = append(all[i], series[i]...)
		}
	}
	for i, series := range all {
		if len(series) > 0 {
			f := workers[0].families.all[i]
			families = append(families, &dto.MetricFamily{Name: &f.name, Help: &f.help, Type: &f.kind, Metric: series})
		}
	}
	return families
}
