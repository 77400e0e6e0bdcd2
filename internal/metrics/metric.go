package metrics

import (
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// A metric is one series at the moment of a scrape. The library's own constant metrics
// cannot be a classic and a native histogram at once.
type metric struct {
	desc      *prometheus.Desc
	labels    []*dto.LabelPair
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

// An emitter sends the metrics of one scrape.
type emitter struct {
	ch      chan<- prometheus.Metric
	created *timestamppb.Timestamp // when all counters were zero
}

func (e *emitter) count(d *prometheus.Desc, n int64, labels ...string) {
	v := float64(n)
	e.ch <- &metric{
		desc: d, labels: prometheus.MakeLabelPairs(d, labels),
		counter: &dto.Counter{Value: &v, CreatedTimestamp: e.created},
	}
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
	h.CreatedTimestamp = e.created
	e.ch <- &metric{desc: d, labels: prometheus.MakeLabelPairs(d, labels), histogram: h}
}
