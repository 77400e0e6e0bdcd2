package report

import (
	"math"
	"strconv"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// The size of a chart, in the units of its SVG; it is drawn as wide as there is room.
const (
	chartWidth = 480.0
	plotLeft   = 58.0
	plotRight  = 468.0
	plotTop    = 40.0
	plotBottom = 208.0
)

// A scale puts values on a line from one place to another.
type scale struct{ low, high, from, to float64 }

func (s scale) at(v float64) float64 {
	if s.high == s.low {
		return s.from
	}
	return s.from + (v-s.low)/(s.high-s.low)*(s.to-s.from)
}

// A tick is a labelled place on an axis.
type tick struct {
	At    float64
	Label string
}

// Anchor returns how the label stands to its place, so that none leaves the chart.
func (t tick) Anchor() string {
	if t.At > plotRight-12 {
		return "end"
	}
	return "middle"
}

// Shown returns where the label is.
func (t tick) Shown() float64 { return min(t.At, chartWidth-2) }

// upTo is a scale from zero to the next round number above a value, with its ticks.
func upTo(highest, from, to float64, label func(float64) string) (scale, []tick) {
	const intervals = 4
	if !(highest > 0) {
		highest = 1
	}
	step := math.Pow10(int(math.Floor(math.Log10(highest / intervals))))
	for _, factor := range []float64{1, 2, 2.5, 5, 10} {
		if step*factor*intervals >= highest*0.999 {
			step *= factor
			break
		}
	}
	n := math.Ceil(highest / step * 0.999) // at most intervals
	s := scale{0, step * n, from, to}
	var ticks []tick
	for i := 0; i <= intervals && float64(i) <= n; i++ {
		ticks = append(ticks, tick{s.at(float64(i) * step), label(float64(i) * step)})
	}
	return s, ticks
}

// overTime is a scale of seconds, with ticks at whole seconds, minutes or hours.
func overTime(seconds float64) (scale, []tick) {
	s := scale{0, max(seconds, 1), plotLeft, plotRight}
	step := 1.0
	for _, candidate := range []float64{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400} {
		step = candidate
		if seconds/step <= 6 {
			break
		}
	}
	var ticks []tick
	for t := 0.0; t <= s.high && len(ticks) < 10; t += step {
		ticks = append(ticks, tick{s.at(t), clock(t, step)})
	}
	return s, ticks
}

func clock(seconds, step float64) string {
	switch {
	case seconds == 0:
		return "0"
	case step >= 3600:
		return strconv.FormatFloat(seconds/3600, 'f', -1, 64) + "h"
	case step >= 60:
		return strconv.FormatFloat(seconds/60, 'f', -1, 64) + "min"
	}
	return strconv.FormatFloat(seconds, 'f', -1, 64) + "s"
}

func labelOf(unit string) func(float64) string {
	return func(v float64) string { return record.Format(v, unit) }
}
