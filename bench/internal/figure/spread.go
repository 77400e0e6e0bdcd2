// Package figure turns results into tables and pictures.
package figure

import (
	"fmt"
	"math"
	"slices"
)

// A Spread is what several windows say about one figure.
type Spread struct {
	Median, Min, Max float64
	N                int
}

// SpreadOf returns the spread of values, the zero one of none.
func SpreadOf(values []float64) Spread {
	if len(values) == 0 {
		return Spread{}
	}
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return Spread{Median: (sorted[(n-1)/2] + sorted[n/2]) / 2, Min: sorted[0], Max: sorted[n-1], N: n}
}

// Text writes the median and, of more than one value, the range.
func (s Spread) Text(format string) string {
	if s.N == 0 {
		return "–"
	}
	if s.N == 1 {
		return fmt.Sprintf(format, s.Median)
	}
	return fmt.Sprintf(format+" ("+format+"–"+format+")", s.Median, s.Min, s.Max)
}

// digits writes a number with thin groups, as 12 345.
func digits(n float64) string {
	text := fmt.Sprintf("%.0f", math.Abs(n))
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + " " + text[i:]
	}
	if n <= -0.5 {
		return "-" + text
	}
	return text
}
