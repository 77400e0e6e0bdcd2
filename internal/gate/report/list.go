package report

import (
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/hopperband/hopperband/internal/gate/baseline"
	"github.com/hopperband/hopperband/internal/gate/record"
)

// List writes past runs as a table, and beneath it which files could not be read.
func List(w io.Writer, runs iter.Seq2[*record.Run, error]) error {
	t := newTable("run", "verdict", "branch", "version", "environment", "users", "failures", "rate", "p50", "p95", "accepted")
	var problems []error
	count := 0
	for run, err := range runs {
		if err != nil {
			problems = append(problems, err)
			continue
		}
		count++
		p := pastOf(run, record.Basis{})
		accepted := ""
		if run.Accepted != nil {
			accepted = run.Accepted.By + ": " + run.Accepted.Reason
		}
		branch := run.Identity.Branch
		if run.Identity.TargetBranch != "" {
			branch += " to " + run.Identity.TargetBranch
		}
		t.AppendRow(table.Row{
			run.ID, p.Outcome, record.Plain(branch), record.Plain(run.Identity.Version), record.Plain(run.Identity.Environment),
			run.Plan.Users, value(p.Failures, record.Ratio), record.Format(p.Rate, record.PerSecond),
			value(p.P50, record.Seconds), value(p.P95, record.Seconds), record.Plain(accepted),
		})
	}
	text := "no runs yet\n"
	if count > 0 {
		text = t.Render() + "\n"
	}
	for _, err := range problems {
		text += "not read: " + record.Plain(err.Error()) + "\n"
	}
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("report: listing runs: %w", err)
	}
	return nil
}

// Compare writes the figures of two runs beside each other.
func Compare(w io.Writer, a, b *record.Run) error {
	t := newTable("name", "figure", "A", "B", "change")
	for _, d := range baseline.Differences(a, b) {
		change := ""
		if d.A != nil && d.B != nil && *d.A > 0 {
			change = fmt.Sprintf("%+.1f%%", (*d.B / *d.A - 1)*100)
		}
		label := record.Figures{Method: d.Method, Name: d.Name}.Label()
		t.AppendRow(table.Row{record.Plain(label), d.Figure, value(d.A, d.Unit), value(d.B, d.Unit), change})
	}
	var text strings.Builder
	fmt.Fprintf(&text, "A  %s  %s\nB  %s  %s\n", a.ID, record.Plain(a.Identity.Version), b.ID, record.Plain(b.Identity.Version))
	for _, difference := range b.Key().Differences(a.Key()) {
		fmt.Fprintf(&text, "not comparable: A has %s\n", record.Plain(strings.Replace(difference, ", here ", ", B has ", 1)))
	}
	fmt.Fprintf(&text, "\n%s\n", t.Render())
	if _, err := io.WriteString(w, text.String()); err != nil {
		return fmt.Errorf("report: comparing runs: %w", err)
	}
	return nil
}
