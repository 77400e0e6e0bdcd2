package record

import (
	"math"
	"testing"
	"time"
)

func TestQuantiles(t *testing.T) {
	for name, test := range map[string]struct {
		times    []time.Duration
		p50, p99 float64
		within   float64
	}{
		"none":     {nil, 0, 0, 0},
		"one":      {[]time.Duration{8 * time.Millisecond}, 8, 8, 0.01},
		"negative": {[]time.Duration{-time.Second}, 0, 0, 0.01},
		"coarse":   {[]time.Duration{3 * time.Second}, 3000, 3000, 1},
		"too long": {[]time.Duration{time.Hour}, 60000, 60000, 1},
		"hundred":  {upTo(100, time.Millisecond), 51, 100, 0.01},
	} {
		t.Run(name, func(t *testing.T) {
			h := new(Histogram)
			for _, d := range test.times {
				h.Add(d)
			}
			s := h.Summary()
			if s.Count != int64(len(test.times)) {
				t.Errorf("count %d, want %d", s.Count, len(test.times))
			}
			if math.Abs(s.P50-test.p50) > test.within || math.Abs(s.P99-test.p99) > test.within {
				t.Errorf("p50 %v, p99 %v, want %v and %v within %v", s.P50, s.P99, test.p50, test.p99, test.within)
			}
		})
	}
}

func upTo(n int, unit time.Duration) []time.Duration {
	times := make([]time.Duration, n)
	for i := range times {
		times[i] = time.Duration(i+1) * unit
	}
	return times
}

func TestResetForgets(t *testing.T) {
	h := new(Histogram)
	h.Add(time.Second)
	h.Reset()
	if s := h.Summary(); s != (Summary{}) {
		t.Errorf("%+v after a reset", s)
	}
}
