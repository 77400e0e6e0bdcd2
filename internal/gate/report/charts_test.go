package report_test

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/report"
)

// A drawing is a chart as who looks at it reads it: the y axis by its labels, and the points of
// its lines in the order of the legend.
type drawing struct {
	t     *testing.T
	id    string
	zero  float64 // where 0 is
	unit  float64 // how much one unit of length is
	lines [][]dot
}

type dot struct{ x, y float64 }

// draw reads the chart of that name out of a page.
func draw(t *testing.T, root *html.Node, id string) drawing {
	t.Helper()
	d := drawing{t: t, id: id}
	for n := range root.Descendants() {
		if n.Data != "svg" || !strings.HasPrefix(attribute(n, "aria-labelledby"), id+"-title ") {
			continue
		}
		for e := range n.Descendants() {
			class := attribute(e, "class")
			switch {
			case e.Data == "text" && attribute(e, "text-anchor") == "end" && attribute(e, "x") == "52":
				d.label(e)
			case e.Data == "path" && strings.HasPrefix(class, "line ") && !strings.HasSuffix(attribute(e, "d"), "27h22"):
				d.lines = append(d.lines, dots(t, attribute(e, "d")))
			}
		}
	}
	if d.unit == 0 || len(d.lines) == 0 {
		t.Fatalf("no chart %s", id)
	}
	return d
}

// label is one of the y axis, from the bottom upwards.
func (d *drawing) label(e *html.Node) {
	d.t.Helper()
	at := number(d.t, attribute(e, "y"))
	text := e.FirstChild.Data
	for unit, factor := range map[string]float64{"µs": 1e-6, "ms": 1e-3, "s": 1, "%": 0.01, "/s": 1, "": 1} {
		digits, ok := strings.CutSuffix(text, unit)
		v, err := strconv.ParseFloat(digits, 64)
		switch {
		case !ok || err != nil:
		case v == 0:
			d.zero = at
		default:
			d.unit = v * factor / (d.zero - at)
		}
	}
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// dots are those of a path of absolute moves and lines, and of dashes that stand alone.
func dots(t *testing.T, path string) (all []dot) {
	for pair := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == 'M' || r == 'L' }) {
		x, y, _ := strings.Cut(strings.TrimSuffix(pair, "h3"), " ")
		all = append(all, dot{number(t, x), number(t, y)})
	}
	return all
}

// shows holds a line against values; those that are nil are gaps. A tenth of a unit of length is
// what a path resolves.
func (d drawing) shows(line int, values []*float64) {
	d.t.Helper()
	if line >= len(d.lines) {
		d.t.Errorf("%s has %d lines", d.id, len(d.lines))
		return
	}
	rest := d.lines[line]
	for i, v := range values {
		if v == nil {
			continue
		}
		if len(rest) == 0 {
			d.t.Errorf("%s: line %d ends before value %d", d.id, line, i)
			return
		}
		if drawn := (d.zero - rest[0].y) * d.unit; math.Abs(drawn-*v) > 0.051*d.unit+1e-9 {
			d.t.Errorf("%s: line %d has %v for value %d, the JSON %v", d.id, line, drawn, i, *v)
		}
		rest = rest[1:]
	}
	if len(rest) > 0 {
		d.t.Errorf("%s: line %d has %d points too many", d.id, line, len(rest))
	}
}

func each[T any](all []T, of func(T) *float64) (values []*float64) {
	for _, one := range all {
		values = append(values, of(one))
	}
	return values
}

// TestChartsAreTheJSONs reads the lines of the charts by their axes and holds each point against
// the value in the JSON.
func TestChartsAreTheJSONs(t *testing.T) {
	for name, r := range samples(t) {
		t.Run(name, func(t *testing.T) {
			r.Series[3].P99 = nil // a second without
			root, _ := page(t, r)
			d := draw(t, root, "percentiles")
			d.shows(0, each(r.Series, func(p record.Point) *float64 { return p.P50 }))
			d.shows(1, each(r.Series, func(p record.Point) *float64 { return p.P95 }))
			d.shows(2, each(r.Series, func(p record.Point) *float64 { return p.P99 }))
			d = draw(t, root, "rate")
			d.shows(0, each(r.Series, func(p record.Point) *float64 { return &p.Rate }))
			d.shows(1, each(r.Series, func(p record.Point) *float64 { return &p.Failures }))
			draw(t, root, "users").shows(0, each(r.Series, func(p record.Point) *float64 { return new(float64(p.Users)) }))
			d = draw(t, root, "distribution")
			d.shows(0, each(r.Quantiles, func(q report.Quantile) *float64 { return &q.Seen }))
			if name == "first" {
				return
			}
			d.shows(1, each(r.Quantiles, func(q report.Quantile) *float64 { return q.Mid }))
			d = draw(t, root, "trend-times")
			d.shows(0, each(r.Trend, func(p report.Past) *float64 { return p.P50 }))
			d.shows(1, each(r.Trend, func(p report.Past) *float64 { return p.P95 }))
			draw(t, root, "trend-failures").shows(0, each(r.Trend, func(p report.Past) *float64 { return p.Failures }))
			draw(t, root, "trend-rate").shows(0, each(r.Trend, func(p report.Past) *float64 { return &p.Rate }))
		})
	}
}

// A line of one point has no length and would not be drawn.
func TestPointsBetweenGaps(t *testing.T) {
	r := samples(t)["pass"]
	for i := range r.Series {
		if i%2 == 1 {
			r.Series[i].P95 = nil // every second interval without
		}
	}
	root, text := page(t, r)
	draw(t, root, "percentiles").shows(1, each(r.Series, func(p record.Point) *float64 { return p.P95 }))
	if n, want := strings.Count(text, "h3M"), (len(r.Series)+1)/2-1; n != want { // but for the last
		t.Errorf("%d of %d lone points are drawn", n, want)
	}
}

// The master's statistics have no times of a moment: what is not known is no zero.
func TestNoTimesOverTheRun(t *testing.T) {
	r := samples(t)["pass"]
	for i := range r.Series {
		r.Series[i].P50, r.Series[i].P95, r.Series[i].P99 = nil, nil, nil
	}
	if _, text := page(t, r); strings.Contains(text, "at most 0s") || strings.Contains(text, "percentiles-title") {
		t.Error("a chart of response times says what nobody knows")
	}
	r.Series[4].P50 = new(0.02)
	if _, text := page(t, r); !strings.Contains(text, "p50: at most 20ms.") || strings.Contains(text, "p95: at most") {
		t.Error("the chart does not show p50 alone")
	}
}

// A damaged record of the past does not keep the page from being written.
func TestTrendOfADamagedRecord(t *testing.T) {
	r := samples(t)["pass"]
	r.Trend[0].Rate = 1.7e308
	if _, text := page(t, r); !strings.Contains(text, "trend-rate-title") {
		t.Error("no trend of the rate")
	}
}

// What is shaded is all that no figure is of: users that start one after the other, too.
func TestShadedUpToThePlateau(t *testing.T) {
	r := samples(t)["pass"]
	last := r.Series[len(r.Series)-1].T
	for _, test := range []struct {
		name  string
		start time.Time
		want  float64 // seconds
	}{
		{"users that took a minute to start", r.Identity.Started.Add((60 + warmUp) * time.Second), 60 + warmUp},
		{"no plateau", time.Time{}, last},
	} {
		r.Window.Start = test.start
		_, text := page(t, r)
		_, shade, _ := strings.Cut(text, `class="shade" d="M58 40H`)
		shade, _, _ = strings.Cut(shade, "V")
		if seconds := (number(t, shade) - 58) / (468 - 58) * last; math.Abs(seconds-test.want) > 0.1 {
			t.Errorf("%s: shaded are %v s, want %v", test.name, seconds, test.want)
		}
	}
}

// The master's statistics have no time below the median: the distribution draws none.
func TestDistributionOfWhatIsKnown(t *testing.T) {
	run := newShop().run(0)
	run.Sources = run.Sources[1:]
	run.Sources[0].Figures = true
	all := report.New(run, nil).Quantiles
	if len(all) < 5 {
		t.Errorf("%d percentiles", len(all))
	}
	for _, q := range all {
		if !record.Locust.Knows(q.Q) {
			t.Errorf("p%v: nobody knows it", 100*q.Q)
		}
	}
}
