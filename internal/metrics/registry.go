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
	families, _, err := r.gather((*Collector).expose)
	return families, err
}

// lend is like Gather, but what it returns is valid only until done is called.
func (r *Registry) lend() (families []*dto.MetricFamily, done func(), err error) {
	families, lent, err := r.gather((*Collector).lend)
	return families, func() {
		for _, e := range lent {
			e.c.giveBack(e)
		}
	}, err
}

func (r *Registry) gather(of func(*Collector) *exposition) ([]*dto.MetricFamily, []*exposition, error) {
	r.mu.Lock()
	workers := r.workers
	r.mu.Unlock()
	var exposed []*exposition
	for _, w := range workers {
		exposed = append(exposed, of(w))
	}
	families, err := r.rest.Gather()
	families = append(families, together(exposed)...)
	slices.SortFunc(families, func(a, b *dto.MetricFamily) int { return cmp.Compare(a.GetName(), b.GetName()) })
	return families, exposed, err
}

// together returns the families of workers, which are the same for all of them.
func together(exposed []*exposition) (families []*dto.MetricFamily) {
	if len(exposed) == 0 {
		return nil
	}
	first := exposed[0]
	for _, other := range exposed[1:] {
		for i, series := range other.series {
			first.series[i] = append(first.series[i], series...)
		}
	}
	for i, series := range first.series {
		if len(series) > 0 {
			f := first.c.families.all[i]
			families = append(families, &dto.MetricFamily{Name: &f.name, Help: &f.help, Type: &f.kind, Metric: series})
		}
	}
	return families
}
