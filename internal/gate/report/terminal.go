package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// How much the terminal and Markdown show; all of it is in the JSON.
const (
	mostRows   = 30  // reasons, names, and checks in Markdown
	mostChecks = 100 // checks on the terminal, the worst first
)

// atMost are the first of all, and how many there are besides.
func atMost[T any](all []T, most int) (first []T, more int) {
	return all[:min(len(all), most)], max(0, len(all)-most)
}

// Terminal writes the report for a terminal or a log: the verdict first, then why, then each
// check with what was expected, seen and allowed, and the names.
func (r *Report) Terminal(w io.Writer, color bool) error {
	var b strings.Builder
	verdict := string(r.Outcome)
	if color {
		verdict = outcomeColor(r.Outcome).Sprint(" " + verdict + " ")
	}
	fmt.Fprintf(&b, "%s  %s (exit code %d)\n", verdict, record.Plain(r.Headline), r.ExitCode)
	more := func(indent, what string, n int) {
		if n > 0 {
			fmt.Fprintf(&b, "%s%d more %s are in the JSON\n", indent, n, what)
		}
	}
	reasons, n := atMost(r.Reasons, mostRows)
	for _, reason := range reasons {
		fmt.Fprintf(&b, "  - %s\n", record.Plain(reason))
	}
	more("  - ", "reasons", n)
	checks, n := atMost(r.shown(), mostChecks)
	fmt.Fprintf(&b, "\n%s\n\n%s\n", record.Plain(r.subject()), checksTable(checks, color))
	more("", "checks", n)
	names, n := atMost(r.Names, mostRows)
	fmt.Fprintf(&b, "\n%s\n", namesTable(append(slices.Clone(names), r.Total)))
	more("", "names", n)
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("report: writing to the terminal: %w", err)
	}
	return nil
}

func outcomeColor(o record.Outcome) text.Colors {
	switch o {
	case record.Pass:
		return text.Colors{text.BgGreen, text.FgBlack, text.Bold}
	case record.Fail:
		return text.Colors{text.BgRed, text.FgWhite, text.Bold}
	}
	return text.Colors{text.BgYellow, text.FgBlack, text.Bold}
}

// subject says in one line what was tested with what.
func (r *Report) subject() string {
	parts := []string{"plan " + r.Plan.Name}
	add := func(word, value string) {
		if value != "" {
			parts = append(parts, word+" "+value)
		}
	}
	add("version", r.Identity.Version)
	add("environment", r.Identity.Environment)
	add("branch", r.Identity.Branch)
	add("commit", r.Identity.Commit)
	parts = append(parts, fmt.Sprintf("%d users for %s after %s", r.Plan.Users,
		record.Format(r.Plan.DurationSeconds, record.Seconds), record.Format(r.Plan.WarmUpSeconds, record.Seconds)))
	add("run", r.ID)
	return strings.Join(parts, ", ")
}

func checksTable(checks []record.Check, color bool) string {
	t := newTable("result", "check", "of", "expected", "seen", "allowed")
	for _, c := range checks {
		of := c.Of()
		if c.Kind == record.ValidityCheck {
			of = ""
		}
		result := string(c.Result)
		if color {
			result = resultColor(c.Result).Sprint(result)
		}
		seen := c.SeenText()
		if c.Kind == record.ValidityCheck && c.Unit == "" {
			seen = strings.TrimPrefix(c.Text, c.Check+": ")
		}
		limit := value(c.Allowed, c.Unit)
		if limit != "" {
			limit = c.Operator + " " + limit
		}
		t.AppendRow(table.Row{result, record.Plain(c.Check), record.Plain(of), value(c.Expected, c.Unit), record.Plain(seen), limit})
	}
	return t.Render()
}

func resultColor(r record.Result) text.Colors {
	switch r {
	case record.Passed:
		return text.Colors{text.FgGreen}
	case record.Failed, record.NoData:
		return text.Colors{text.FgRed, text.Bold}
	case record.Warned, record.Advises:
		return text.Colors{text.FgYellow}
	}
	return text.Colors{text.Faint}
}

func namesTable(rows []Row) string {
	t := newTable("name", "requests", "failures", "rate", "p50", "p95", "p99", "max")
	for _, row := range rows {
		t.AppendRow(table.Row{
			record.Plain(row.label()), row.Requests, value(row.FailureRatio, record.Ratio),
			record.Format(row.Rate, record.PerSecond), value(row.P50, record.Seconds),
			value(row.P95, record.Seconds), value(row.P99, record.Seconds), value(row.Max, record.Seconds),
		})
	}
	return t.Render()
}

func (r Row) label() string { return record.Figures{Method: r.Method, Name: r.Name}.Label() }

func newTable(columns ...any) table.Writer {
	t := table.NewWriter()
	style := table.StyleLight
	style.Format.Header = text.FormatDefault
	style.Options.DrawBorder = false
	t.SetStyle(style)
	t.AppendHeader(columns)
	configs := make([]table.ColumnConfig, 0, len(columns))
	right := []any{"expected", "users", "requests", "failures", "rate", "p50", "p95", "p99", "max", "A", "B", "change"}
	for i, name := range columns {
		c := table.ColumnConfig{Number: i + 1, WidthMax: 60}
		if slices.Contains(right, name) {
			c.Align, c.AlignHeader = text.AlignRight, text.AlignRight
		}
		configs = append(configs, c)
	}
	t.SetColumnConfigs(configs)
	return t
}

// value writes a value that may be missing.
func value(v *float64, unit string) string {
	if v == nil {
		return ""
	}
	return record.Format(*v, unit)
}
