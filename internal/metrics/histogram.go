package metrics

import (
	dto "github.com/prometheus/client_model/go"

	"github.com/hopperband/hopperband/internal/stats"
)

// schema is that of stats.Outcome.Native.
const schema = 5

// A histogramMetric is a histogram in few allocations.
type histogramMetric struct {
	metric    dto.Metric
	histogram dto.Histogram

	sum, zeroThreshold float64
	count, zero        uint64
	schema             int32
}

// newHistogram makes a histogram of the counts up to each bound and, last, of all.
func newHistogram(counts []int64, sum float64, bounds []float64) *histogramMetric {
	m := &histogramMetric{sum: sum, count: uint64(counts[len(bounds)])}
	buckets := make([]struct {
		dto.Bucket

		count uint64
	}, len(bounds))
	m.histogram.Bucket = make([]*dto.Bucket, len(bounds))
	for i := range buckets {
		b := &buckets[i]
		b.count = uint64(counts[i])
		b.UpperBound, b.CumulativeCount = &bounds[i], &b.count
		m.histogram.Bucket[i] = &b.Bucket
	}
	m.histogram.SampleSum, m.histogram.SampleCount = &m.sum, &m.count
	m.metric.Histogram = &m.histogram
	return m
}

// native adds the native buckets.
func (m *histogramMetric) native(o *stats.Outcome) {
	m.schema, m.zero = schema, uint64(o.Zero)
	h := &m.histogram
	h.Schema, h.ZeroThreshold, h.ZeroCount = &m.schema, &m.zeroThreshold, &m.zero
	h.PositiveSpan, h.PositiveDelta = spans(o.Native)
	if len(h.PositiveSpan) == 0 && o.Zero == 0 {
		// An empty span tells a native histogram without observations from a classic one
		// (prometheus/client_model, metrics.proto).
		h.PositiveSpan = encoded([]span{{}})
	}
}

// A span is a run of neighbouring buckets.
type span struct {
	offset int32 // from the run before
	length uint32
}

// spans encodes buckets by runs of neighbours, and each count by its difference from the
// one before. A gap of one or two costs less as empty buckets than as a span.
func spans(buckets []stats.Count) ([]*dto.BucketSpan, []int64) {
	const shortGap = 2
	found := make([]span, 0, 16)
	deltas := make([]int64, 0, len(buckets)+len(buckets)/4)
	next, last := int64(0), int64(0) // index of the next bucket, and count of the last one
	for i, b := range buckets {
		gap := b.Key - next
		if i == 0 || gap > shortGap {
			found = append(found, span{offset: int32(gap)})
			gap = 0
		}
		for range gap {
			deltas = append(deltas, -last)
			last = 0
		}
		deltas = append(deltas, b.N-last)
		found[len(found)-1].length += uint32(gap) + 1
		last, next = b.N, b.Key+1
	}
	return encoded(found), deltas
}

// encoded returns spans in few allocations.
func encoded(spans []span) []*dto.BucketSpan {
	all := make([]struct {
		dto.BucketSpan

		span span
	}, len(spans))
	pointers := make([]*dto.BucketSpan, len(spans))
	for i := range all {
		x := &all[i]
		x.span = spans[i]
		x.Offset, x.Length = &x.span.offset, &x.span.length
		pointers[i] = &x.BucketSpan
	}
	return pointers
}
