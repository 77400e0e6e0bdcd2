package report

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/hopperband/hopperband/internal/gate/record"
)

//go:embed page.html chart.html style.css
var pages embed.FS

// How much the HTML page shows; all of it is in the JSON.
const (
	mostNames   = 500 // and as many checks, the worst first
	mostReasons = 100
)

// HTML writes the report as one page that needs nothing besides: no network, no script.
// Where even its style sheet is not obeyed, it can be read.
func (r *Report) HTML(w io.Writer) error {
	t, err := template.New("page.html").Funcs(functions()).ParseFS(pages, "page.html", "chart.html")
	if err != nil {
		return fmt.Errorf("report: HTML: %w", err)
	}
	style, err := pages.ReadFile("style.css")
	if err != nil {
		return fmt.Errorf("report: HTML: %w", err)
	}
	page := struct {
		*Report
		Style                             template.CSS
		Why                               []string
		Shown, Key                        []record.Check
		Rows                              []Row
		MoreReasons, MoreChecks, MoreRows int
		Charts                            []chart
	}{Report: r, Style: template.CSS(style), Key: r.keyFigures(), Charts: r.charts()} //nolint:gosec // our own file
	page.Why, page.MoreReasons = atMost(r.Reasons, mostReasons)
	page.Shown, page.MoreChecks = atMost(r.shown(), mostNames)
	page.Rows, page.MoreRows = atMost(r.Names, mostNames)
	if err := t.Execute(w, page); err != nil {
		return fmt.Errorf("report: writing HTML: %w", err)
	}
	return nil
}

// keyFigures are p50, p95, failures and rate of the total, with the baseline's limits if
// there are any.
func (r *Report) keyFigures() []record.Check {
	var checks []record.Check
	for _, c := range r.Checks {
		if c.Kind == record.BaselineCheck && c.Name == "" && c.Method == "" {
			checks = append(checks, c)
		}
	}
	if len(checks) > 0 {
		return checks
	}
	return []record.Check{
		{Figure: "p50", Unit: record.Seconds, Seen: r.Total.P50},
		{Figure: "p95", Unit: record.Seconds, Seen: r.Total.P95},
		{Figure: "failures", Unit: record.Ratio, Seen: r.Total.FailureRatio},
		{Figure: "rate", Unit: record.PerSecond, Seen: &r.Total.Rate},
	}
}

func functions() template.FuncMap {
	return template.FuncMap{
		"plain": record.Plain,
		"lower": func(v any) string { return strings.ReplaceAll(strings.ToLower(fmt.Sprint(v)), " ", "-") },
		"time":  func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") },
		"num":   number,
		"seen":  seen,
		"op":    operator,
		"said":  func(c record.Check) string { return strings.TrimPrefix(c.Text, c.Check+": ") },
		"link":  func(s string) bool { return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") },
	}
}

// operator writes an operator as in print.
func operator(o string) string { return strings.NewReplacer("<=", "≤", ">=", "≥").Replace(o) }

const none = `<span class="none">–</span>`

// seen writes what a check saw.
func seen(c record.Check) template.HTML {
	if c.Seen == nil {
		return none
	}
	return exact(*c.Seen, c.SeenText())
}

// number writes a value; a dash if there is none.
func number(value any, unit string) template.HTML {
	var v float64
	switch x := value.(type) {
	case *float64:
		if x == nil {
			return none
		}
		v = *x
	case *int64:
		if x == nil {
			return none
		}
		v = float64(*x)
	case float64:
		v = x
	case int64:
		v = float64(x)
	case int:
		v = float64(x)
	}
	return exact(v, record.Format(v, unit))
}

// exact writes a value so that its exact one is in the page too.
func exact(v float64, text string) template.HTML {
	return template.HTML(`<data value="` + strconv.FormatFloat(v, 'g', -1, 64) + `">` + //nolint:gosec // digits and a unit
		template.HTMLEscapeString(text) + `</data>`)
}
