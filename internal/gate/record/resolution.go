package record

import (
	"fmt"
	"math"
	"slices"

	"github.com/hopperband/hopperband/internal/gate/histogram"
)

// A Resolution says how finely a source knows response times.
type Resolution string

// The resolutions there are.
const (
	// Native: the buckets of a native histogram, 2.2 % wide.
	Native Resolution = "native"
	// Classic: the bounds of a classic histogram, each about twice the one before.
	Classic Resolution = "classic"
	// Locust: whole milliseconds of two digits (locust/stats.py).
	Locust Resolution = "locust"
)

// Error returns the largest relative error of a response time near the given one in seconds.
func (r Resolution) Error(seconds float64) float64 {
	switch r {
	case Native:
		return histogram.Error
	case Locust:
		return locustError(seconds)
	}
	return 1
}

// Knows tells whether a source knows a percentile: the master's statistics have some only
// (locust/stats.py, PERCENTILES_TO_REPORT).
func (r Resolution) Knows(quantile float64) bool {
	return r != Locust || slices.Contains([]float64{0.5, 0.66, 0.75, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999}, quantile)
}

// locustError is half a step: 1 ms below 100 ms, 10 ms below 1 s, and so on.
func locustError(seconds float64) float64 {
	ms := seconds * 1000
	if ms <= 0 {
		return 1
	}
	step := math.Max(1, math.Pow(10, math.Floor(math.Log10(ms))-1))
	return min(1, step/2/ms)
}

// String describes the resolution.
func (r Resolution) String() string {
	switch r {
	case Native:
		return "native histograms, to 2.2 %"
	case Classic:
		return "classic histograms, to a factor of two"
	case Locust:
		return "Locust's statistics, to two digits of whole milliseconds"
	}
	return fmt.Sprintf("unknown resolution %q", string(r))
}

// Resolution returns the resolution of the source that the run's figures are from; that of
// Locust if none is named.
func (r *Run) Resolution() Resolution {
	for _, s := range r.Sources {
		if s.Figures {
			return s.Resolution
		}
	}
	return Locust
}
