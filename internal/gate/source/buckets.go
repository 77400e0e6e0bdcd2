package source

import (
	"fmt"

	dto "github.com/prometheus/client_model/go"

	"github.com/hopperband/hopperband/internal/gate/histogram"
)

// native makes a histogram of the native buckets of a scraped one; false if it has none. It
// is an error if they are not of the workers' schema.
func native(h *dto.Histogram) (histogram.Histogram, bool, error) {
	if h.Schema == nil || len(h.GetPositiveSpan()) == 0 && h.GetZeroCount() == 0 {
		return histogram.Histogram{}, false, nil
	}
	if s := h.GetSchema(); s != histogram.Schema {
		return histogram.Histogram{}, false, fmt.Errorf("native histogram of schema %d, wanted is %d", s, histogram.Schema)
	}
	var buckets []histogram.Bucket
	index, count, next := 0, int64(0), 0
	for _, span := range h.GetPositiveSpan() {
		index += int(span.GetOffset())
		for range span.GetLength() {
			if next >= len(h.GetPositiveDelta()) {
				return histogram.Histogram{}, false, fmt.Errorf("native histogram with spans of more than its %d buckets", next)
			}
			count += h.GetPositiveDelta()[next]
			buckets = append(buckets, histogram.Bucket{Index: index, Count: count})
			next, index = next+1, index+1
		}
	}
	out, err := histogram.New(buckets, int64(h.GetZeroCount()), h.GetSampleSum())
	return out, true, err
}
