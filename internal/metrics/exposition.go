package metrics

import (
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/hopperband/hopperband/internal/stats"
)

// keptHistograms is how many histograms an exposition that is used again has at most, so
// that what is kept for many names is not more than what they hold themselves.
const keptHistograms = 2000

// An exposition is the series of one worker at the moment of a scrape. A scrape may take
// the memory of an earlier one that nobody reads any more: what is made for each name is in
// slabs.
type exposition struct {
	c      *Collector
	series [][]*dto.Metric // by the numbers of families

	names      slab[nameLabels]
	counters   slab[counterMetric]
	histograms slab[histogramMetric]
}

func (c *Collector) newExposition() *exposition {
	return &exposition{c: c, series: make([][]*dto.Metric, len(c.families.all))}
}

// again empties it, but for what is to be used again.
func (e *exposition) again() {
	for i := range e.series {
		e.series[i] = e.series[i][:0]
	}
	e.names.used, e.counters.used, e.histograms.used = 0, 0, 0
}

// A slab hands out values, the same ones again once they are not used any more.
type slab[T any] struct {
	all  []*T
	used int
}

func (s *slab[T]) next() *T {
	if s.used == len(s.all) {
		s.all = append(s.all, new(T))
	}
	s.used++
	return s.all[s.used-1]
}

func (e *exposition) add(f *family, m *dto.Metric) {
	e.series[f.number] = append(e.series[f.number], m)
}

func (e *exposition) count(f *family, n int64, labels ...string) {
	e.countOf(f, n, prometheus.MakeLabelPairs(f.desc, labels))
}

// countOf adds a counter. The labels are sorted by name.
func (e *exposition) countOf(f *family, n int64, labels []*dto.LabelPair) {
	x := e.counters.next()
	x.value = float64(n)
	x.counter.Value, x.counter.CreatedTimestamp = &x.value, e.c.created
	x.metric.Label, x.metric.Counter = labels, &x.counter
	e.add(f, &x.metric)
}

// A counterMetric is a counter in one allocation: most series are counters.
type counterMetric struct {
	metric  dto.Metric
	counter dto.Counter
	value   float64
}

func (e *exposition) gauge(f *family, v float64, labels ...string) {
	e.add(f, &dto.Metric{Label: prometheus.MakeLabelPairs(f.desc, labels), Gauge: &dto.Gauge{Value: &v}})
}

// oneOf adds a gauge for each of the values: 1 for the present one, 0 for the others.
func (e *exposition) oneOf(f *family, values []string, present string) {
	for _, v := range values {
		n := 0.0
		if v == present {
			n = 1
		}
		e.gauge(f, n, v)
	}
}

// durations adds one histogram of the classic and the native buckets: a scrape in text
// shows the classic ones, one in protobuf both.
func (e *exposition) durations(f *family, o *stats.Outcome, labels []*dto.LabelPair) {
	m := e.histograms.next()
	m.classic(o.Classic, o.ResponseTime, e.c.bounds)
	m.native(o)
	m.histogram.CreatedTimestamp, m.metric.Label = e.c.created, labels
	e.add(f, &m.metric)
}

// lags adds a histogram of classic buckets.
func (e *exposition) lags(f *family, p stats.Punctuality, labels ...string) {
	m := new(histogramMetric)
	m.classic(p.Classic, p.Late, e.c.bounds)
	m.histogram.CreatedTimestamp, m.metric.Label = e.c.created, prometheus.MakeLabelPairs(f.desc, labels)
	e.add(f, &m.metric)
}

// A metric is one series as registries want it.
type metric struct {
	desc *prometheus.Desc
	dto  *dto.Metric
}

// Desc implements prometheus.Metric.
func (m metric) Desc() *prometheus.Desc { return m.desc }

// Write implements prometheus.Metric.
func (m metric) Write(out *dto.Metric) error {
	out.Label, out.Counter, out.Gauge, out.Histogram = m.dto.Label, m.dto.Counter, m.dto.Gauge, m.dto.Histogram
	return nil
}
