package baseline

import (
	"math"
	"slices"

	"github.com/hopperband/hopperband/internal/gate/record"
)

const (
	tolerated   = 3    // median absolute deviations that a value may be off
	widePercent = 0.25 // smallest difference that counts while the noise is not known
	fewRuns     = 3    // with fewer, it is not
)

// A Band is what the runs of a baseline say about one figure.
type Band struct {
	Median  float64
	MAD     float64 // median absolute deviation
	Allowed float64 // the last value that is not worse
	Runs    int
}

// band makes a band of a figure's values in past runs; widening is at least 1.
func (s Settings) band(f figure, values []float64, widening float64, floor float64) Band {
	b := Band{Median: median(values), Runs: len(values)}
	deviations := make([]float64, len(values))
	for i, v := range values {
		deviations[i] = math.Abs(v - b.Median)
	}
	b.MAD = median(deviations)
	percent := s.Percent
	if len(values) < fewRuns {
		percent = max(percent, widePercent)
	} else {
		widening *= scarcity(len(values))
	}
	distance := max(widening*max(tolerated*b.MAD, percent*b.Median), floor)
	b.Allowed = b.Median + distance
	if f.lower {
		b.Allowed = max(0, b.Median-distance)
	}
	return b
}

// floor is the smallest difference that counts, absolute. That of failures is wide enough for
// the chance that is in counting them: three times the root of the number expected, and one
// more. It is in what the runs of the baseline counted, too, the more the fewer they are.
func (s Settings) floor(f figure, past []float64, seen record.Figures, resolution record.Resolution) float64 {
	median := median(past)
	switch f.unit {
	case record.Seconds:
		return max(s.TimeFloor, 2*resolution.Error(median)*median)
	case record.PerSecond:
		return s.RateFloor
	}
	n := float64(max(1, seen.Requests))
	counted := 1 + 1/float64(len(past))
	return max(s.FailuresFloor, tolerated*math.Sqrt((median*n+1)*counted)/n)
}

// median returns the middle value, or the mean of the two middle ones; 0 of none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
