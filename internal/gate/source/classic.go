package source

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/hopperband/hopperband/internal/gate/histogram"
)

// A classic is a classic histogram. It is subtracted as it is: what is made of it by spread
// is no counter.
type classic struct {
	bounds []bound // by upper bound; the last is infinite
	sum    float64 // seconds
}

// A bound says how many times there were up to it.
type bound struct {
	upper float64
	count float64
}

func (c classic) count() float64 {
	if len(c.bounds) == 0 {
		return 0
	}
	return c.bounds[len(c.bounds)-1].count
}

// add is both together. Histograms of other bounds are an error.
func (c classic) add(o classic) (classic, error) { return c.combine(o, 1) }

// sub is what was counted since an earlier state.
func (c classic) sub(earlier classic) (classic, error) {
	diff, err := c.combine(earlier, -1)
	if err != nil {
		return classic{}, err
	}
	before := 0.0
	for _, b := range diff.bounds {
		if b.count < before {
			return classic{}, fmt.Errorf("classic histogram: the count up to %vs fell: the counters began anew", b.upper)
		}
		before = b.count
	}
	return diff, nil
}

func (c classic) combine(o classic, sign float64) (classic, error) {
	if len(o.bounds) == 0 {
		return c, nil
	}
	sum := classic{sum: c.sum + sign*o.sum, bounds: slices.Clone(c.bounds)}
	if len(c.bounds) == 0 && sign > 0 {
		return o, nil
	}
	if len(c.bounds) != len(o.bounds) {
		return classic{}, fmt.Errorf("classic histogram: %d buckets and %d", len(c.bounds), len(o.bounds))
	}
	for i, b := range o.bounds {
		if b.upper != c.bounds[i].upper {
			return classic{}, fmt.Errorf("classic histogram: bucket up to %vs and up to %vs", c.bounds[i].upper, b.upper)
		}
		sum.bounds[i].count += sign * b.count
	}
	return sum, nil
}

// histogram puts the times of each bucket evenly over it, as Prometheus's
// histogram_quantile takes them to be.
func (c classic) histogram() (histogram.Histogram, error) {
	var buckets []histogram.Bucket
	lower, before := 0.0, 0.0
	for _, b := range c.bounds {
		n := int64(math.Round(b.count - before))
		switch {
		case n < 0:
			return histogram.Histogram{}, fmt.Errorf("classic histogram: fewer times up to %vs than up to %vs", b.upper, lower)
		case math.IsInf(b.upper, 1):
			buckets = append(buckets, histogram.Bucket{Index: histogram.Index(math.Max(lower, finest)) + 1, Count: n})
		default:
			buckets = append(buckets, spread(lower, b.upper, n)...)
		}
		lower, before = b.upper, b.count
	}
	return histogram.New(buckets, 0, math.Max(0, c.sum))
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
