package report_test

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/report"
)

// parsed reads a report that was written.
func parsed(t *testing.T, r *report.Report) (*report.Report, error) {
	t.Helper()
	var b bytes.Buffer
	if err := r.JSON(&b); err != nil {
		t.Fatal(err)
	}
	return report.Parse(b.Bytes())
}

func TestParse(t *testing.T) {
	for name, r := range samples(t) {
		got, err := parsed(t, r)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var want, again bytes.Buffer
		if r.Markdown(&want) != nil || got.Markdown(&again) != nil || !bytes.Equal(want.Bytes(), again.Bytes()) {
			t.Errorf("%s: another Markdown when it is read again:\n%s\nwant\n%s", name, again.Bytes(), want.Bytes())
		}
	}
}

// Words that views show as they stand are those of a gate.
func TestParseRefuses(t *testing.T) {
	for name, change := range map[string]func(*report.Report){
		"schema":         func(r *report.Report) { r.Schema++ },
		"no outcome":     func(r *report.Report) { r.Outcome = "" },
		"outcome":        func(r *report.Report) { r.Outcome = "PASS @everyone" },
		"another's":      func(r *report.Report) { r.Outcome = record.Pass },
		"headline":       func(r *report.Report) { r.Headline = "all is well" },
		"basis":          func(r *report.Report) { r.Baseline.State = "[x](https://evil.example)" },
		"result":         func(r *report.Report) { r.Checks[0].Result = "<b>" },
		"operator":       func(r *report.Report) { r.Checks[0].Operator = "|" },
		"limit of a row": func(r *report.Report) { r.Total.Allowed[0].Result = "<b>" },
	} {
		r := samples(t)["invalid"]
		change(r)
		if got, err := parsed(t, r); err == nil {
			t.Errorf("%s: read as %v", name, reflect.ValueOf(got).Elem())
		}
	}
	for _, text := range []string{"", "[", "null", `{"schema": 1}`} {
		if _, err := report.Parse([]byte(text)); err == nil {
			t.Errorf("%q is read as a report", text)
		}
	}
}
