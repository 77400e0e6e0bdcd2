package baseline

import "math"

// falseAlarms is the part of verdicts that the widening aims at.
const falseAlarms = 0.01

// Widening returns the factor by which the limits of a verdict over so many figures are
// wider than those of one: as the quantile of Student's distribution moves when its tail is
// divided among them (Bonferroni). A spread that was learned from seven runs is as uncertain
// as four degrees of freedom; docs/noise.md has what comes of it.
func Widening(figures int) float64 {
	return studentQuantile(falseAlarms/float64(max(1, figures))) / studentQuantile(falseAlarms)
}

// scarcity returns the factor by which limits are wider with fewer runs than seven: the fewer
// there are, the less their median and their spread are worth. The 4 is what keeps false alarms
// as rare with three runs as with seven; docs/noise.md has the numbers.
func scarcity(runs int) float64 {
	return max(1, math.Sqrt((1+4/float64(runs))/(1+4.0/7)))
}

// studentQuantile is exceeded with the given probability, below 1/2, by a value of Student's
// distribution with four degrees of freedom, for which there is a closed form.
func studentQuantile(tail float64) float64 {
	root := 2 * math.Sqrt(tail*(1-tail))
	return 2 * math.Sqrt(math.Cos(math.Acos(root)/3)/root-1)
}
