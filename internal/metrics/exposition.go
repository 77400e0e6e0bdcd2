package metrics

import (
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/hopperband/hopperband/internal/stats"
)

// An exposition is the series of one worker at the moment of a scrape. What it is made of
// does not change any more: scrapes share it.
type exposition struct {
	created *timestamppb.Timestamp // when all counters were zero
	bounds  []float64              // of the classic buckets
	series  [][]*dto.Metric        // by the numbers of families
}

func (e *exposition) add(f *family, m *dto.Metric) {
	e.series[f.number] = append(e.series[f.number], m)
}

func (e *exposition) count(f *family, n int64, labels ...string) {
	e.countOf(f, n, prometheus.MakeLabelPairs(f.desc, labels))
}

// countOf adds a counter in one allocation: most series are counters. The labels are
// sorted by name.
func (e *exposition) countOf(f *family, n int64, labels []*dto.LabelPair) {
	x := &struct {
		metric  dto.Metric
		counter dto.Counter
		value   float64
	}{value: float64(n)}
	x.counter.Value, x.counter.CreatedTimestamp = &x.value, e.created
	x.metric.Label, x.metric.Counter = labels, &x.counter
	e.add(f, &x.metric)
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
	m := newHistogram(o.Classic, o.ResponseTime, e.bounds)
	m.native(o)
	m.histogram.CreatedTimestamp, m.metric.Label = e.created, labels
	e.add(f, &m.metric)
}

// lags adds a histogram of classic buckets.
func (e *exposition) lags(f *family, p stats.Punctuality, labels ...string) {
	m := newHistogram(p.Classic, p.Late, e.bounds)
	m.histogram.CreatedTimestamp, m.metric.Label = e.created, prometheus.MakeLabelPairs(f.desc, labels)
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
