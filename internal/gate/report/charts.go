package report

import (
	"fmt"
	"math"
	"slices"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// charts draws all charts that there is data for.
func (r *Report) charts() []chart {
	var all []chart
	if len(r.Series) > 1 {
		all = append(all,
			r.overTime("percentiles", "Response times", record.Seconds,
				curve{"a", "p50", func(p record.Point) float64 { return orGap(p.P50) }},
				curve{"b", "p95", func(p record.Point) float64 { return orGap(p.P95) }},
				curve{"c", "p99", func(p record.Point) float64 { return orGap(p.P99) }}),
			r.overTime("rate", "Requests and failures per second", record.PerSecond,
				curve{"a", "requests", func(p record.Point) float64 { return p.Rate }},
				curve{"bad", "failures", func(p record.Point) float64 { return p.Failures }}),
			r.overTime("users", "Users", record.Count,
				curve{"a", "users", func(p record.Point) float64 { return float64(p.Users) }}))
	}
	if len(r.Quantiles) > 1 {
		all = append(all, r.distribution())
	}
	if len(r.Trend) > 1 {
		all = append(all,
			r.trendOf("trend-times", "p50 and p95 of past runs", record.Seconds, "p95",
				series{"a", "p50", func(p Past) float64 { return orGap(p.P50) }},
				series{"b", "p95", func(p Past) float64 { return orGap(p.P95) }}),
			r.trendOf("trend-failures", "Failures of past runs", record.Ratio, "failures",
				series{"bad", "failures", func(p Past) float64 { return orGap(p.Failures) }}),
			r.trendOf("trend-rate", "Rate of past runs", record.PerSecond, "rate",
				series{"a", "requests", func(p Past) float64 { return p.Rate }}))
	}
	return slices.DeleteFunc(all, func(c chart) bool { return len(c.Lines) == 0 })
}

type curve struct {
	kind, label string
	of          func(record.Point) float64
}

func (r *Report) overTime(id, title, unit string, curves ...curve) chart {
	c := chart{ID: id, Title: title, Text: "Over the time of the run, what was before the plateau shaded."}
	last := r.Series[len(r.Series)-1].T
	x, ticks := overTime(last)
	c.XTicks = ticks
	values := make([][]float64, len(curves))
	for i, curve := range curves {
		for _, p := range r.Series {
			values[i] = append(values[i], curve.of(p))
		}
	}
	y, ticks := upTo(top(values...), plotBottom, plotTop, labelOf(unit))
	c.YTicks = ticks
	if before := r.beforePlateau(last); before > 0 {
		c.Shade = x.at(before)
	}
	for i, curve := range curves {
		points := make([]point, 0, len(r.Series))
		for k, v := range values[i] {
			points = append(points, point{x.at(r.Series[k].T), y.at(v)})
		}
		if c.addLine(curve.kind, curve.label, points) {
			c.Text += fmt.Sprintf(" %s: at most %s.", curve.label, record.Format(top(values[i]), unit))
		}
	}
	return c
}

// beforePlateau is how many of the first seconds of a run no figure is of: those in which the
// users started and warmed up, or all of them if there was no plateau.
func (r *Report) beforePlateau(last float64) float64 {
	if r.Window.Start.IsZero() {
		return last
	}
	return min(r.Window.Start.Sub(r.Identity.Started).Seconds(), last)
}

// distribution draws response times by percentile; the scale stretches towards the slowest.
func (r *Report) distribution() chart {
	c := chart{ID: "distribution", Title: "Distribution of response times"}
	stretched := func(q float64) float64 { return -math.Log10(1 - q) }
	last := r.Quantiles[len(r.Quantiles)-1].Q
	x := scale{0, stretched(last), plotLeft, plotRight}
	for _, q := range []float64{0.01, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999} {
		if q <= last {
			c.XTicks = append(c.XTicks, tick{x.at(stretched(q)), fmt.Sprintf("p%g", q*100)})
		}
	}
	highest := 0.0
	for _, q := range r.Quantiles {
		highest = max(highest, q.Seen)
		if q.High != nil {
			highest = max(highest, *q.High)
		}
	}
	y, ticks := upTo(highest, plotBottom, plotTop, labelOf(record.Seconds))
	c.YTicks = ticks
	var seen, low, mid, high []point
	for _, q := range r.Quantiles {
		at := x.at(stretched(q.Q))
		seen = append(seen, point{at, y.at(q.Seen)})
		if q.Low != nil && q.Mid != nil && q.High != nil {
			low = append(low, point{at, y.at(*q.Low)})
			mid = append(mid, point{at, y.at(*q.Mid)})
			high = append(high, point{at, y.at(*q.High)})
		}
	}
	c.Text = "By percentile, without a baseline to compare with."
	c.addLine("a", "this run", seen)
	if len(mid) > 0 {
		c.Band = area(low, high)
		c.addLine("base", "baseline, lowest to highest", mid)
		c.Text = "By percentile, beside the lowest, median and highest of the baseline's runs."
	}
	return c
}

type series struct {
	kind, label string
	of          func(Past) float64
}

func (r *Report) trendOf(id, title, unit, figure string, all ...series) chart {
	c := chart{ID: id, Title: title, Text: "The oldest run at the left, this one at the right."}
	x := scale{0, float64(len(r.Trend) - 1), plotLeft + 10, plotRight - 10}
	values := make([][]float64, len(all))
	for i, s := range all {
		for _, p := range r.Trend {
			values[i] = append(values[i], s.of(p))
		}
	}
	limit := r.allowedFor(figure)
	y, ticks := upTo(max(top(values...), limit), plotBottom, plotTop, labelOf(unit))
	c.YTicks = ticks
	c.XTicks = []tick{
		{x.at(0) + 16, r.Trend[0].Started.UTC().Format("2006-01-02")},
		{plotRight, "this run"},
	}
	for i, s := range all {
		points := make([]point, 0, len(r.Trend))
		for k, p := range r.Trend {
			at := point{x.at(float64(k)), y.at(values[i][k])}
			points = append(points, at)
			if at.known() {
				c.Marks = append(c.Marks, mark{at.x, at.y, kindOf(p.Outcome), markTitle(p, s.label, record.Format(values[i][k], unit))})
			}
		}
		c.addLine(s.kind, s.label, points)
	}
	if limit > 0 {
		c.addLine("rule", "allowed "+figure+" "+record.Format(limit, unit), []point{{plotLeft, y.at(limit)}, {plotRight, y.at(limit)}})
	}
	return c
}

// allowedFor returns the baseline's limit of the total; 0 without.
func (r *Report) allowedFor(figure string) float64 {
	for _, a := range r.Total.Allowed {
		if a.Kind == record.BaselineCheck && a.Figure == figure {
			return a.Limit
		}
	}
	return 0
}

func kindOf(o record.Outcome) string {
	return map[record.Outcome]string{record.Pass: "pass", record.Fail: "fail"}[o]
}

func markTitle(p Past, label, value string) string {
	text := fmt.Sprintf("%s %s: %s %s, %s", p.Started.UTC().Format("2006-01-02 15:04"), p.Version, label, value, p.Outcome)
	if p.Accepted {
		text += ", accepted as a new level"
	}
	return text
}
