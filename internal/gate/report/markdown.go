package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// Markdown writes the report for the summary of a job or a comment, in the dialect of GitHub
// and GitLab. All text from outside stands in code spans, where it neither becomes a link
// nor mentions anybody.
func (r *Report) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s %s: load test %s\n\n%s (exit code %d)\n\n", sign(r.Outcome), r.Outcome, code(r.Plan.Name), r.Headline, r.ExitCode)
	reasons, more := atMost(r.Reasons, mostRows)
	for _, reason := range reasons {
		fmt.Fprintf(&b, "- %s\n", code(reason))
	}
	if more > 0 {
		fmt.Fprintf(&b, "- %d more reasons are in the JSON\n", more)
	}
	if len(reasons) > 0 {
		b.WriteString("\n")
	}
	r.markdownChecks(&b, "", r.keyFigures())
	var notable, rest []record.Check
	for _, c := range r.shown() {
		switch {
		case c.Kind == record.BaselineCheck && c.Method == "" && c.Name == "":
		case c.Result == record.Passed || c.Result == record.Unknown:
			rest = append(rest, c)
		default:
			notable = append(notable, c)
		}
	}
	r.markdownChecks(&b, "", notable)
	r.markdownChecks(&b, fmt.Sprintf("%d more checks", len(rest)), rest)
	r.markdownNames(&b)
	r.markdownSubject(&b)
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("report: writing Markdown: %w", err)
	}
	return nil
}

func sign(o record.Outcome) string {
	return map[record.Outcome]string{record.Pass: "✅", record.Fail: "❌", record.Invalid: "⚠️"}[o]
}

// markdownChecks writes a table, folded away under a title if it has one.
func (r *Report) markdownChecks(b *strings.Builder, title string, checks []record.Check) {
	if len(checks) == 0 {
		return
	}
	checks, more := atMost(checks, mostRows)
	if title != "" {
		fmt.Fprintf(b, "<details><summary>%s</summary>\n\n", title)
	}
	b.WriteString("| | check | of | expected | seen | allowed |\n|---|---|---|---:|---:|---:|\n")
	for _, c := range checks {
		name, of, seen, limit := c.Check, cell(c.Of()), c.SeenText(), value(c.Allowed, c.Unit)
		if name == "" {
			name = c.Figure
		}
		if c.Kind == record.ValidityCheck {
			of = ""
			if c.Unit == "" {
				seen = cell(strings.TrimPrefix(c.Text, c.Check+": "))
			}
		}
		if limit != "" {
			limit = operator(c.Operator) + " " + limit
			limit = strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(limit)
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |\n", strings.TrimSpace(resultSign(c.Result)+" "+string(c.Result)), cell(name), of, value(c.Expected, c.Unit), seen, limit)
	}
	if more > 0 {
		fmt.Fprintf(b, "\n%d more are in the JSON.\n", more)
	}
	if title != "" {
		b.WriteString("\n</details>\n")
	}
	b.WriteString("\n")
}

func resultSign(r record.Result) string {
	return map[record.Result]string{
		record.Passed: "✅", record.Failed: "❌", record.Warned: "⚠️", record.Advises: "⚠️", record.NoData: "❔",
	}[r]
}

func (r *Report) markdownNames(b *strings.Builder) {
	fmt.Fprintf(b, "<details><summary>%d request names</summary>\n\n", len(r.Names))
	b.WriteString("| name | requests | failures | rate | p50 | p95 | p99 | max |\n|---|---:|---:|---:|---:|---:|---:|---:|\n")
	names, more := atMost(r.Names, mostRows)
	for _, row := range append([]Row{r.Total}, names...) {
		fmt.Fprintf(b, "| %s | %d | %s | %s | %s | %s | %s | %s |\n", cell(row.label()), row.Requests,
			value(row.FailureRatio, record.Ratio), record.Format(row.Rate, record.PerSecond), value(row.P50, record.Seconds),
			value(row.P95, record.Seconds), value(row.P99, record.Seconds), value(row.Max, record.Seconds))
	}
	if more > 0 {
		fmt.Fprintf(b, "\n%d more are in the JSON.\n", more)
	}
	b.WriteString("\n</details>\n\n")
}

func (r *Report) markdownSubject(b *strings.Builder) {
	var parts []string
	add := func(word, value string) {
		if value != "" {
			parts = append(parts, word+" "+code(value))
		}
	}
	add("version", r.Identity.Version)
	add("environment", r.Identity.Environment)
	add("branch", r.Identity.Branch)
	add("commit", r.Identity.Commit)
	add("build", r.Identity.Build)
	add("run", r.ID)
	basis := string(r.Baseline.State)
	if r.Baseline.State == record.Compared {
		basis = fmt.Sprintf("compared with %d runs", len(r.Baseline.Runs))
	}
	parts = append(parts, basis)
	fmt.Fprintf(b, "%s\n", strings.Join(parts, ", "))
}

// cell writes a text as a code span that stands in a table.
func cell(text string) string { return strings.ReplaceAll(code(text), "|", `\|`) }

// code writes a text as a code span.
func code(text string) string {
	text = record.Plain(text)
	if strings.TrimSpace(text) == "" {
		return ""
	}
	longest, run := 0, 0
	for _, c := range text {
		run++
		if c != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if longest > 0 {
		return fence + " " + text + " " + fence
	}
	return fence + text + fence
}
