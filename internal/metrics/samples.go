package metrics

import (
	"math"
	"strconv"

	dto "github.com/prometheus/client_model/go"
)

// samples flattens families as the text format does: a histogram into buckets, sum and
// count. The extra labels are for all of them.
func samples(families []*dto.MetricFamily, extra map[string]string) []sample {
	f := &flattener{extra: extra}
	for _, family := range families {
		f.name = family.GetName()
		for _, m := range family.GetMetric() {
			f.metric = m
			f.flatten()
		}
	}
	return f.out
}

// A flattener makes samples of metrics.
type flattener struct {
	extra  map[string]string
	name   string
	metric *dto.Metric
	out    []sample
}

func (f *flattener) flatten() {
	switch m := f.metric; {
	case m.Counter != nil:
		f.add("", m.GetCounter().GetValue())
	case m.Gauge != nil:
		f.add("", m.GetGauge().GetValue())
	case m.Untyped != nil:
		f.add("", m.GetUntyped().GetValue())
	case m.Summary != nil:
		f.summary(m.GetSummary())
	case m.Histogram != nil:
		f.histogram(m.GetHistogram())
	}
}

func (f *flattener) summary(s *dto.Summary) {
	for _, q := range s.GetQuantile() {
		f.add("", q.GetValue(), labelPair{"quantile", number(q.GetQuantile())})
	}
	f.add("_sum", s.GetSampleSum())
	f.add("_count", float64(s.GetSampleCount()))
}

func (f *flattener) histogram(h *dto.Histogram) {
	for _, b := range h.GetBucket() {
		if !math.IsInf(b.GetUpperBound(), 1) {
			f.add("_bucket", float64(b.GetCumulativeCount()), labelPair{"le", number(b.GetUpperBound())})
		}
	}
	f.add("_bucket", float64(h.GetSampleCount()), labelPair{"le", "+Inf"})
	f.add("_sum", h.GetSampleSum())
	f.add("_count", float64(h.GetSampleCount()))
}

func (f *flattener) add(suffix string, value float64, more ...labelPair) {
	labels := append([]labelPair{{"__name__", f.name + suffix}}, more...)
	own := map[string]bool{}
	for _, l := range f.metric.GetLabel() {
		own[l.GetName()] = true
		if l.GetValue() != "" { // Prometheus knows no empty labels
			labels = append(labels, labelPair{l.GetName(), l.GetValue()})
		}
	}
	for name, v := range f.extra {
		if !own[name] && v != "" {
			labels = append(labels, labelPair{name, v})
		}
	}
	sortLabels(labels)
	f.out = append(f.out, sample{labels, value})
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
