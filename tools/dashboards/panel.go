package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/heatmap"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/statetimeline"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// A kind says how a panel shows its queries.
type kind int

const (
	graph  kind = iota // lines over time
	number             // the last value
	rows               // a table, one row for each set of labels
	heat               // a native histogram over time
	states             // which value when
)

// A panel shows queries.
type panel struct {
	kind        kind
	title       string
	description string
	width       uint32 // of 24
	unit        string // one of Grafana's: s, percentunit, reqps …
	queries     []query
	limit       float64   // from here on red; 0 means none
	columns     []column  // of rows: their names and units, by query
	mapping     []mapping // of states and numbers
}

// A query is PromQL, and what its series are called.
type query struct{ legend, expr string }

// A column is the value of one query in a table.
type column struct{ title, unit string }

// A mapping writes a value as a text in a colour.
type mapping struct {
	value, text, color string
}

func (p panel) build(id uint32, at dashboard.GridPos) cog.Builder[dashboard.Panel] {
	switch p.kind {
	case number:
		return p.number(id, at)
	case rows:
		return p.table(id, at)
	case heat:
		return p.heat(id, at)
	case states:
		return p.states(id, at)
	default:
		return p.graph(id, at)
	}
}

func (p panel) graph(id uint32, at dashboard.GridPos) *timeseries.PanelBuilder {
	b := timeseries.NewPanelBuilder().Id(id).GridPos(at).Title(p.title).Description(p.description).
		Datasource(prometheusRef()).Unit(p.unit).Min(0).FillOpacity(8).ShowPoints(common.VisibilityModeNever).
		Legend(common.NewVizLegendOptionsBuilder().ShowLegend(true).
			DisplayMode(common.LegendDisplayModeList).Placement(common.LegendPlacementBottom).Calcs([]string{"lastNotNull"})).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderDescending))
	if p.limit > 0 {
		b.Thresholds(p.thresholds()).
			ThresholdsStyle(common.NewGraphThresholdsStyleConfigBuilder().Mode(common.GraphThresholdsStyleModeDashed))
	}
	for i, q := range p.queries {
		b.WithTarget(q.target(i))
	}
	return b
}

func (p panel) number(id uint32, at dashboard.GridPos) *stat.PanelBuilder {
	b := stat.NewPanelBuilder().Id(id).GridPos(at).Title(p.title).Description(p.description).
		Datasource(prometheusRef()).Unit(p.unit).Mappings(valueMappings(p.mapping)).
		Thresholds(p.thresholds()).
		GraphMode(common.BigValueGraphModeNone).Orientation(common.VizOrientationAuto).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"}))
	for i, q := range p.queries {
		b.WithTarget(q.target(i))
	}
	return b
}

func (p panel) states(id uint32, at dashboard.GridPos) *statetimeline.PanelBuilder {
	b := statetimeline.NewPanelBuilder().Id(id).GridPos(at).Title(p.title).Description(p.description).
		Datasource(prometheusRef()).Mappings(valueMappings(p.mapping)).
		Legend(common.NewVizLegendOptionsBuilder().ShowLegend(false))
	for i, q := range p.queries {
		b.WithTarget(q.target(i))
	}
	return b
}

func (p panel) heat(id uint32, at dashboard.GridPos) *heatmap.PanelBuilder {
	b := heatmap.NewPanelBuilder().Id(id).GridPos(at).Title(p.title).Description(p.description).
		Datasource(prometheusRef()).Calculate(false).
		YAxis(heatmap.NewYAxisConfigBuilder().Unit(p.unit)).
		Color(heatmap.NewHeatmapColorOptionsBuilder().Mode(heatmap.HeatmapColorModeScheme).Scheme("Oranges").
			Scale(heatmap.HeatmapColorScaleExponential).Exponent(0.5).Steps(64))
	for i, q := range p.queries {
		b.WithTarget(q.target(i).Format(prometheus.PromQueryFormatHeatmap))
	}
	return b
}

// table asks each query once, for the end of the time range, and joins the answers by their
// labels.
func (p panel) table(id uint32, at dashboard.GridPos) *table.PanelBuilder {
	b := table.NewPanelBuilder().Id(id).GridPos(at).Title(p.title).Description(p.description).
		Datasource(prometheusRef()).Filterable(true).
		Footer(common.NewTableFooterOptionsBuilder().Show(false).Reducer([]string{"sum"})). // a required field
		WithTransformation(dashboard.DataTransformerConfig{Id: "merge", Options: map[string]any{}}).
		WithTransformation(p.organize())
	for i, q := range p.queries {
		b.WithTarget(q.target(i).Instant().Format(prometheus.PromQueryFormatTable))
	}
	for _, c := range p.columns {
		b.OverrideByName(c.title, []dashboard.DynamicConfigValue{{Id: "unit", Value: c.unit}})
	}
	return b
}

// organize names the columns by the queries, and leaves out the time. Grafana calls the
// value of the only query "Value", those of several "Value #A" and so on.
func (p panel) organize() dashboard.DataTransformerConfig {
	names := map[string]string{}
	for i, c := range p.columns {
		if len(p.columns) == 1 {
			names["Value"] = c.title
		} else {
			names["Value #"+refID(i)] = c.title
		}
	}
	return dashboard.DataTransformerConfig{Id: "organize", Options: map[string]any{
		"excludeByName": map[string]bool{"Time": true},
		"renameByName":  names,
	}}
}

func (p panel) thresholds() *dashboard.ThresholdsConfigBuilder {
	steps := []dashboard.Threshold{{Color: "green"}}
	if p.limit > 0 {
		steps = append(steps, dashboard.Threshold{Color: "red", Value: &p.limit})
	}
	return dashboard.NewThresholdsConfigBuilder().Mode(dashboard.ThresholdsModeAbsolute).Steps(steps)
}

func (q query) target(i int) *prometheus.DataqueryBuilder {
	b := prometheus.NewDataqueryBuilder().RefId(refID(i)).Datasource(prometheusRef()).
		EditorMode(prometheus.QueryEditorModeCode).Expr(q.expr).Range()
	if q.legend != "" {
		b.LegendFormat(q.legend)
	}
	return b
}

func refID(i int) string { return string(rune('A' + i)) }

func valueMappings(mappings []mapping) []dashboard.ValueMapping {
	if len(mappings) == 0 {
		return nil
	}
	options := map[string]dashboard.ValueMappingResult{}
	for i, m := range mappings {
		index := int32(i) //nolint:gosec // a handful
		options[m.value] = dashboard.ValueMappingResult{Text: &m.text, Color: &m.color, Index: &index}
	}
	return []dashboard.ValueMapping{{ValueMap: &dashboard.ValueMap{Type: "value", Options: options}}}
}
