package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// A chart is drawn by the template of that name. Why no library draws it: those of Go write
// colours into style attributes, which Jenkins' content security policy forbids, and which
// cannot follow a dark page. This one uses plain attributes, which a style sheet overrides.
type chart struct {
	ID, Title, Text string // the text is for who cannot see the chart
	XTicks, YTicks  []tick
	Shade           float64 // right end of what was before the plateau; 0 without
	Band            string  // outline of an area
	Lines           []line
	Marks           []mark
}

// A line is drawn in the colours and dashes of its kind.
type line struct {
	Kind, Label string
	Path        string
	LegendX     float64
}

// A mark is a run in the trend.
type mark struct {
	X, Y  float64
	Kind  string // pass, fail or invalid
	Title string
}

// Color returns a line's colour where no style sheet is obeyed.
func (l line) Color() string {
	return map[string]string{"a": "#2563c9", "b": "#b45309", "c": "#8b3fa8", "base": "#6b7280", "bad": "#c02626", "rule": "#c02626"}[l.Kind]
}

// Dash returns the dashes of a line, by which it is told from others without colours.
func (l line) Dash() string {
	return map[string]string{"b": "7 3", "c": "2 3", "base": "10 4", "bad": "5 2", "rule": "3 3"}[l.Kind]
}

// addLine adds a line through points, with gaps where there is no value. It tells whether
// there is a line, which takes one value at least.
func (c *chart) addLine(kind, label string, points []point) bool {
	if !slices.ContainsFunc(points, point.known) {
		return false
	}
	legend := plotLeft
	for _, l := range c.Lines {
		legend = l.LegendX + 36 + 8.2*float64(len(l.Label))
	}
	c.Lines = append(c.Lines, line{Kind: kind, Label: label, Path: path(points), LegendX: legend})
	return true
}

type point struct{ x, y float64 } // y is NaN where there is no value

func (p point) known() bool { return !math.IsNaN(p.y) }

// path goes through the points. One between gaps is a dash: a line of one point is not drawn.
func path(points []point) string {
	var b strings.Builder
	for i, p := range points {
		before, after := i > 0 && points[i-1].known(), i+1 < len(points) && points[i+1].known()
		switch {
		case !p.known():
		case before:
			fmt.Fprintf(&b, "L%.1f %.1f", p.x, p.y)
		case after:
			fmt.Fprintf(&b, "M%.1f %.1f", p.x, p.y)
		default:
			fmt.Fprintf(&b, "M%.1f %.1fh3", p.x-1.5, p.y)
		}
	}
	return b.String()
}

// area is the outline between two lines.
func area(low, high []point) string {
	if len(low) == 0 {
		return ""
	}
	outline := append([]point{}, high...)
	for _, p := range slices.Backward(low) {
		outline = append(outline, p)
	}
	return path(outline) + "Z"
}

// orGap turns a value that is missing into a gap.
func orGap(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

// top returns the highest value; gaps do not count.
func top(values ...[]float64) float64 {
	highest := 0.0
	for _, list := range values {
		for _, v := range list {
			if v > highest { // never true of a gap
				highest = v
			}
		}
	}
	return highest
}
