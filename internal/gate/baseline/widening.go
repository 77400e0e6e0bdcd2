package baseline

import "math"

// falseAlarms is the part of verdicts that the widening aims at.
const falseAlarms = 0.01

// Widening returns the factor by which the limits of a verdict over so many figures are
// wider than those of one: as the quantile of a normal distribution moves when its tail is
// divided among them (Bonferroni). docs/noise.md has what comes of it.
func Widening(figures int) float64 {
	return normalQuantile(1-falseAlarms/float64(max(1, figures))) / normalQuantile(1-falseAlarms)
}

func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }
