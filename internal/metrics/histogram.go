package metrics

import (
	dto "github.com/prometheus/client_model/go"

	"github.com/hopperband/hopperband/internal/stats"
)

// schema is that of stats.Outcome.Native.
const schema = 5

// durations makes one histogram of the classic and the native buckets: a scrape in text
// shows the classic ones, one in protobuf both.
func durations(o *stats.Outcome, bounds []float64) *dto.Histogram {
	h := classic(o.Classic, o.ResponseTime, bounds)
	h.Schema = new(int32(schema))
	h.ZeroThreshold = new(float64)
	h.ZeroCount = new(uint64(o.Zero))
	h.PositiveSpan, h.PositiveDelta = spans(o.Native)
	if len(h.PositiveSpan) == 0 && o.Zero == 0 {
		// An empty span tells a native histogram without observations from a classic one
		// (prometheus/client_model, metrics.proto).
		h.PositiveSpan = []*dto.BucketSpan{newSpan(0)}
	}
	return h
}

// classic makes a histogram of the counts up to each bound and, last, of all.
func classic(counts []int64, sum float64, bounds []float64) *dto.Histogram {
	h := &dto.Histogram{SampleSum: &sum, Bucket: make([]*dto.Bucket, len(bounds))}
	buckets := make([]dto.Bucket, len(bounds))
	values := make([]uint64, len(counts))
	for i := range bounds {
		values[i] = uint64(counts[i])
		buckets[i].UpperBound, buckets[i].CumulativeCount = &bounds[i], &values[i]
		h.Bucket[i] = &buckets[i]
	}
	last := len(counts) - 1
	values[last] = uint64(counts[last])
	h.SampleCount = &values[last]
	return h
}

// spans encodes buckets by runs of neighbours, and each count by its difference from the
// one before. A gap of one or two costs less as empty buckets than as a span.
func spans(buckets []stats.Count) ([]*dto.BucketSpan, []int64) {
	const shortGap = 2
	spans := make([]*dto.BucketSpan, 0, 16)
	deltas := make([]int64, 0, len(buckets)+len(buckets)/4)
	next, last := int64(0), int64(0) // index of the next bucket, and count of the last one
	for i, b := range buckets {
		gap := b.Key - next
		if i == 0 || gap > shortGap {
			spans = append(spans, newSpan(gap))
			gap = 0
		}
		length := spans[len(spans)-1].Length
		for ; gap > 0; gap-- {
			deltas = append(deltas, -last)
			last = 0
			*length++
		}
		deltas = append(deltas, b.N-last)
		*length++
		last, next = b.N, b.Key+1
	}
	return spans, deltas
}

// newSpan returns an empty span in one allocation.
func newSpan(offset int64) *dto.BucketSpan {
	x := &struct {
		dto.BucketSpan

		offset int32
		length uint32
	}{offset: int32(offset)}
	x.Offset, x.Length = &x.offset, &x.length
	return &x.BucketSpan
}
