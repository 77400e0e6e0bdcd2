package summary

import (
	"fmt"
	"strings"
)

// percentiles are those that Locust reports (locust/stats.py, PERCENTILES_TO_REPORT).
func percentiles() []float64 {
	return []float64{0.50, 0.66, 0.75, 0.80, 0.90, 0.95, 0.98, 0.99, 0.999, 0.9999, 1}
}

func percentileNames() []string {
	return []string{"50%", "66%", "75%", "80%", "90%", "95%", "98%", "99%", "99.9%", "99.99%", "100%"}
}

const typeWidth = 8

// A Table prints tables for a console.
type Table struct {
	width int // of names
}

// NewTable returns a table for a terminal of so many columns; 0 stands for none, and for one
// of 160.
func NewTable(columns int) Table {
	const most, others = 80, 80
	if columns <= 0 {
		return Table{most}
	}
	return Table{max(min(columns-others, most), 0)}
}

// Requests is the table of requests, with the rates of the last seconds or of the whole
// test, and an empty line.
func (t Table) Requests(s *Summary, current bool) string {
	var b strings.Builder
	names := t.width - typeWidth + 4
	fmt.Fprintf(&b, "%-*s %-*s %7s %12s |%7s %7s %7s%7s | %7s %11s\n",
		typeWidth, "Type", names, "Name", "# reqs", "# fails", "Avg", "Min", "Max", "Med", "req/s", "failures/s")
	rule := rule(typeWidth, names, 7, 13, 7, 7, 7, 7, 8, 11)
	b.WriteString(rule)
	for _, e := range s.sorted() {
		t.request(&b, s, e, current)
	}
	b.WriteString(rule)
	t.request(&b, s, s.total, current)
	b.WriteString("\n")
	return b.String()
}

func (t Table) request(b *strings.Builder, s *Summary, e *entry, current bool) {
	rate, failed := s.totalRate(e.requests), s.totalRate(e.failures)
	if current {
		rate, failed = s.currentRate(e.perSecond), s.currentRate(e.failedSecond)
	}
	method := e.method
	if method != "" {
		method += " "
	}
	fmt.Fprintf(b, "%-*s %-*s %7d %12s |%7d %7d %7d%7d | %7.2f %11.2f\n",
		typeWidth, method, t.width-typeWidth+4, e.name, e.requests, fmt.Sprintf("%d(%.2f%%)", e.failures, e.failRatio()*100),
		int64(e.average()), int64(e.min.Float64), int64(e.max), int64(e.median()), rate, failed)
}

// Percentiles is the table of response times, and an empty line.
func (t Table) Percentiles(s *Summary) string {
	var b strings.Builder
	b.WriteString("Response time percentiles (approximated)\n")
	fmt.Fprintf(&b, "%-*s %-*s", typeWidth, "Type", t.width, "Name")
	row(&b, append(percentileNames(), "# reqs"))
	rule := rule(typeWidth, t.width, 8, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6)
	b.WriteString(rule)
	for _, e := range s.sorted() {
		t.percentiles(&b, e)
	}
	b.WriteString(rule)
	t.percentiles(&b, s.total)
	b.WriteString("\n")
	return b.String()
}

func (t Table) percentiles(b *strings.Builder, e *entry) {
	if len(e.times) == 0 {
		return
	}
	var cells []string
	for _, p := range percentiles() {
		cells = append(cells, fmt.Sprint(e.percentile(p)))
	}
	fmt.Fprintf(b, "%-*s %-*s", typeWidth, e.method, t.width, e.name)
	row(b, append(cells, fmt.Sprint(e.requests)))
}

// row writes cells, the first of which is wider.
func row(b *strings.Builder, cells []string) {
	fmt.Fprintf(b, " %8s", cells[0])
	for _, c := range cells[1:] {
		fmt.Fprintf(b, " %6s", c)
	}
	b.WriteString("\n")
}

// Errors is the error report, and an empty line; "" if no request failed.
func (t Table) Errors(s *Summary) string {
	if len(s.order) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("Error report\n")
	fmt.Fprintf(&b, "%-18s %-100s\n", "# occurrences", "Error")
	rule := rule(18, t.width+80-19)
	b.WriteString(rule)
	for _, e := range s.order {
		text := e.Error
		if inner, ok := strings.CutPrefix(text, "CatchResponseError("); ok && inner != "" {
			text = inner[:len(inner)-1]
		}
		fmt.Fprintf(&b, "%-18d %-100s\n", e.Occurrences, e.Method+" "+e.Name+": "+text)
	}
	b.WriteString(rule)
	b.WriteString("\n")
	return b.String()
}

// rule is a line between columns.
func rule(widths ...int) string {
	columns := make([]string, len(widths))
	for i, w := range widths {
		columns[i] = strings.Repeat("-", max(w, 0))
	}
	return strings.Join(columns, "|") + "\n"
}
