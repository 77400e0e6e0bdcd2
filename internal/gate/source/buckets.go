package source

import (
	"fmt"
	"math"
	"time"

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

// A bound is a bucket of a classic histogram: how many times there were up to it.
type bound struct {
	upper float64
	count float64 // cumulative
}

// classic makes a histogram of classic buckets, with the times of each spread evenly over
// it, as Prometheus's histogram_quantile takes them to be.
func classic(bounds []bound, sum float64) (histogram.Histogram, error) {
	var buckets []histogram.Bucket
	lower, before := 0.0, 0.0
	for _, b := range bounds {
		n := int64(math.Round(b.count - before))
		if n < 0 {
			return histogram.Histogram{}, fmt.Errorf("classic histogram: fewer times up to %v than up to %v", b.upper, lower)
		}
		if math.IsInf(b.upper, 1) {
			if n > 0 {
				buckets = append(buckets, histogram.Bucket{Index: histogram.Index(math.Max(lower, finest)) + 1, Count: n})
			}
			break
		}
		buckets = append(buckets, spread(lower, b.upper, n)...)
		lower, before = b.upper, b.count
	}
	return histogram.New(buckets, 0, sum)
}

// finest is the shortest time that a classic histogram is taken to have.
const finest = float64(time.Microsecond) / float64(time.Second)

// spread puts n times evenly between two bounds.
func spread(lower, upper float64, n int64) []histogram.Bucket {
	if n == 0 || upper <= lower {
		return nil
	}
	var buckets []histogram.Bucket
	put := int64(0)
	last := histogram.Index(upper)
	for i := histogram.Index(math.Max(lower, finest)); i <= last; i++ {
		part := min(1, max(0, (histogram.Bound(i)-lower)/(upper-lower)))
		upTo := int64(math.Round(part * float64(n)))
		if i == last {
			upTo = n
		}
		if upTo > put {
			buckets = append(buckets, histogram.Bucket{Index: i, Count: upTo - put})
			put = upTo
		}
	}
	return buckets
}
