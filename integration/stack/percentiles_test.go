//go:build stack

package stack

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/common/model"
)

// percentiles compares those of the native and of the classic histograms with what the
// target itself has seen: /slow answers after 20 ms at least, which what lies between
// hardly changes.
func (s *scene) percentiles() {
	const classic = `sum by (le) (hopperband_request_duration_seconds_bucket{name="/slow"})`
	const native = `sum(hopperband_request_duration_seconds{name="/slow"})`
	truth, bounds := s.seen("GET /slow"), s.bounds(classic)
	for _, q := range []float64{.5, .9} {
		want := truth[int(math.Ceil(q*float64(len(truth))))-1]
		for _, histogram := range []string{classic, native} {
			got, err := s.value(fmt.Sprintf("histogram_quantile(%g, %s)", q, histogram))
			s.ok(err)
			s.t.Logf("quantile %g: %.5f s, the target saw %.5f s: %s", q, got, want, histogram)
			if is, was := bucket(bounds, got), bucket(bounds, want); max(is-was, was-is) > 1 {
				s.t.Errorf("quantile %g is %v s, the target saw %v s: %s", q, got, want, histogram)
			}
		}
	}
}

// seen are how long the target took for a page, in order.
func (s *scene) seen(path string) (seconds []float64) {
	s.t.Helper()
	var record struct {
		Visits []struct {
			Path    string
			Seconds float64
		}
	}
	s.ok(page(target+"/record", &record))
	for _, v := range record.Visits {
		if v.Path == path {
			seconds = append(seconds, v.Seconds)
		}
	}
	if len(seconds) == 0 {
		s.t.Fatalf("the target has seen no %s", path)
	}
	slices.Sort(seconds)
	return seconds
}

// bounds are those of the buckets of a classic histogram, in order.
func (s *scene) bounds(buckets string) (bounds []float64) {
	s.t.Helper()
	found, _, _, err := s.prometheus().Query(s.ctx, buckets, time.Now())
	s.ok(err)
	for _, x := range found.(model.Vector) {
		le, err := strconv.ParseFloat(string(x.Metric[model.BucketLabel]), 64)
		s.ok(err)
		bounds = append(bounds, le)
	}
	slices.Sort(bounds)
	return bounds
}

func bucket(bounds []float64, seconds float64) int {
	i, _ := slices.BinarySearch(bounds, seconds)
	return i
}
