package metrics

import (
	dto "github.com/prometheus/client_model/go"

	"github.com/hopperband/hopperband/internal/stats"
)

// schema is that of stats.Outcome.Native.
const schema = 5

// A histogramMetric is a histogram in few allocations, which can be filled again.
type histogramMetric struct {
	metric    dto.Metric
	histogram dto.Histogram

	sum, zeroThreshold float64
	count, zero        uint64
	schema             int32

	buckets []bucket
	spans   []span
}

// A bucket is a classic one with its count.
type bucket struct {
	dto.Bucket

	count uint64
}

// A span is a run of neighbouring native buckets.
type span struct {
	dto.BucketSpan

	offset int32 // from the run before
	length uint32
}

// classic fills in the counts up to each bound and, last, of all.
func (m *histogramMetric) classic(counts []int64, sum float64, bounds []float64) {
	h := &m.histogram
	if m.buckets == nil {
		m.buckets, h.Bucket = make([]bucket, len(bounds)), make([]*dto.Bucket, len(bounds))
		for i := range m.buckets {
			b := &m.buckets[i]
			b.UpperBound, b.CumulativeCount = &bounds[i], &b.count
			h.Bucket[i] = &b.Bucket
		}
		h.SampleSum, h.SampleCount = &m.sum, &m.count
		m.metric.Histogram = h
	}
	for i := range m.buckets {
		m.buckets[i].count = uint64(counts[i])
	}
	m.sum, m.count = sum, uint64(counts[len(bounds)])
}

// native fills in the native buckets.
func (m *histogramMetric) native(o *stats.Outcome) {
	m.schema, m.zero = schema, uint64(o.Zero)
	h := &m.histogram
	h.Schema, h.ZeroThreshold, h.ZeroCount = &m.schema, &m.zeroThreshold, &m.zero
	m.runs(o.Native)
	if len(m.spans) == 0 && o.Zero == 0 {
		// An empty span tells a native histogram without observations from a classic one
		// (prometheus/client_model, metrics.proto).
		m.spans = append(m.spans, span{})
	}
	h.PositiveSpan = h.PositiveSpan[:0]
	for i := range m.spans {
		x := &m.spans[i]
		x.Offset, x.Length = &x.offset, &x.length
		h.PositiveSpan = append(h.PositiveSpan, &x.BucketSpan)
	}
}

// runs encodes buckets by runs of neighbours, and each count by its difference from the
// one before. A gap of one or two costs less as empty buckets than as a span.
func (m *histogramMetric) runs(buckets []stats.Count) {
	const shortGap = 2
	spans, deltas := m.spans[:0], m.histogram.PositiveDelta[:0]
	next, last := int64(0), int64(0) // index of the next bucket, and count of the last one
	for i, b := range buckets {
		gap := b.Key - next
		if i == 0 || gap > shortGap {
			spans = append(spans, span{offset: int32(gap)})
			gap = 0
		}
		for range gap {
			deltas = append(deltas, -last)
			last = 0
		}
		deltas = append(deltas, b.N-last)
		spans[len(spans)-1].length += uint32(gap) + 1
		last, next = b.N, b.Key+1
	}
	m.spans, m.histogram.PositiveDelta = spans, deltas
}
