package metrics

import (
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// A metric is one series at the moment of a scrape. The library's own constant metrics
// cannot be a classic and a native histogram at once, and allocate more.
type metric struct {
	desc   *prometheus.Desc
	labels []*dto.LabelPair // sorted by name

	// One of them is set.
	counter   *dto.Counter
	gauge     *dto.Gauge
	histogram *dto.Histogram
}

// Desc implements prometheus.Metric.
func (m *metric) Desc() *prometheus.Desc { return m.desc }

// Write implements prometheus.Metric.
func (m *metric) Write(out *dto.Metric) error {
	out.Label, out.Counter, out.Gauge, out.Histogram = m.labels, m.counter, m.gauge, m.histogram
	return nil
}

// A counter is a metric in one allocation: most of them are counters.
type counter struct {
	metric
	dto   dto.Counter
	value float64
}

// An emitter sends the metrics of one scrape.
type emitter struct {
	ch      chan<- prometheus.Metric
	created *timestamppb.Timestamp // when all counters were zero
}

func (e *emitter) count(d *prometheus.Desc, n int64, labels ...string) {
	e.countOf(d, n, prometheus.MakeLabelPairs(d, labels))
}

func (e *emitter) countOf(d *prometheus.Desc, n int64, labels []*dto.LabelPair) {
	c := &counter{value: float64(n)}
	c.dto.Value, c.dto.CreatedTimestamp = &c.value, e.created
	c.desc, c.labels, c.counter = d, labels, &c.dto
	e.ch <- c
}

func (e *emitter) gauge(d *prometheus.Desc, v float64, labels ...string) {
	e.ch <- &metric{desc: d, labels: prometheus.MakeLabelPairs(d, labels), gauge: &dto.Gauge{Value: &v}}
}

// oneOf sends a gauge for each of the values: 1 for the present one, 0 for the others.
func (e *emitter) oneOf(d *prometheus.Desc, values []string, present string) {
	for _, v := range values {
		n := 0.0
		if v == present {
			n = 1
		}
		e.gauge(d, n, v)
	}
}

func (e *emitter) histogram(d *prometheus.Desc, h *dto.Histogram, labels ...string) {
	e.histogramOf(d, h, prometheus.MakeLabelPairs(d, labels))
}

func (e *emitter) histogramOf(d *prometheus.Desc, h *dto.Histogram, labels []*dto.LabelPair) {
	h.CreatedTimestamp = e.created
	e.ch <- &metric{desc: d, labels: labels, histogram: h}
}
