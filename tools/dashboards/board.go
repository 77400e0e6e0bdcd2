package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

const (
	gridWidth  = 24 // of every Grafana dashboard
	tag        = "hopperband"
	datasource = "${datasource}"
)

// A board is a dashboard.
type board struct {
	uid, title, description string
	from                    string // where its time range begins, such as now-15m
	refresh                 string
	variables               []variable
	rows                    []row
}

// A row is a heading and the panels below it.
type row struct {
	title  string
	height uint32 // of its panels
	panels []panel
}

// build makes a dashboard of the classic kind: it is what every Grafana provisions from files.
func (b board) build() (dashboard.Dashboard, error) { //nolint:staticcheck // the newer kind needs Grafana 13
	d := dashboard.NewDashboardBuilder(b.title). //nolint:staticcheck // as above
							Uid(b.uid).
							Description(b.description).
							Tags([]string{tag}).
							Time(b.from, "now").
							Refresh(b.refresh).
							Tooltip(dashboard.DashboardCursorSyncCrosshair).
							Link(dashboard.NewDashboardLinkBuilder("Load tests").
								Type(dashboard.DashboardLinkTypeDashboards).Tags([]string{tag}).KeepTime(true).IncludeVars(true)).
							Annotation(alerts()).
							WithVariable(dashboard.NewDatasourceVariableBuilder("datasource").Label("Prometheus").Type("prometheus"))
	for _, v := range b.variables {
		d.WithVariable(v.build())
	}
	var at place
	for _, r := range b.rows {
		d.WithRow(dashboard.NewRowBuilder(r.title).Id(at.next()).GridPos(at.line()))
		for _, p := range r.panels {
			d.WithPanel(p.build(at.next(), at.take(p.width, r.height)))
		}
		at.wrap()
	}
	return d.Build()
}

// alerts marks the time of the alerts that fire.
func alerts() *dashboard.AnnotationQueryBuilder {
	const firing = `ALERTS{alertname=~"LoadTest.+", alertstate="firing", job=~"$job"}`
	return dashboard.NewAnnotationQueryBuilder().
		Name("Alerts").Enable(true).IconColor("red").
		Datasource(prometheusRef()).
		Expr(firing)
}

func prometheusRef() common.DataSourceRef {
	kind, uid := "prometheus", datasource
	return common.DataSourceRef{Type: &kind, Uid: &uid}
}

// A place gives panels their identifiers and their places on the grid.
type place struct {
	id         uint32
	x, y, high uint32
}

func (p *place) next() uint32 { p.id++; return p.id }

// line takes a whole line of height one.
func (p *place) line() dashboard.GridPos {
	p.wrap()
	pos := dashboard.GridPos{X: 0, Y: p.y, W: gridWidth, H: 1}
	p.y++
	return pos
}

func (p *place) take(w, h uint32) dashboard.GridPos {
	if p.x+w > gridWidth {
		p.wrap()
	}
	pos := dashboard.GridPos{X: p.x, Y: p.y, W: w, H: h}
	p.x, p.high = p.x+w, max(p.high, h)
	return pos
}

func (p *place) wrap() {
	p.x, p.y, p.high = 0, p.y+p.high, 0
}
