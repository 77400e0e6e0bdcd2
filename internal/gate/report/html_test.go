package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/report"
)

// page returns the parsed HTML of a report.
func page(t *testing.T, r *report.Report) (*html.Node, string) {
	t.Helper()
	var b strings.Builder
	if err := r.HTML(&b); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return root, b.String()
}

// values returns all numbers and all strings of the report's JSON.
func values(t *testing.T, r *report.Report) (numbers map[float64]bool, texts string) {
	t.Helper()
	var b bytes.Buffer
	if err := r.JSON(&b); err != nil {
		t.Fatal(err)
	}
	var root any
	if err := json.Unmarshal(b.Bytes(), &root); err != nil {
		t.Fatal(err)
	}
	numbers = make(map[float64]bool)
	var all []string
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case float64:
			numbers[v] = true
		case string:
			all = append(all, record.Plain(v))
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(root)
	return numbers, strings.Join(all, "\n")
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// formatted tells whether a text is a value with any of the units.
func formatted(text string, v float64) bool {
	for _, unit := range []string{record.Seconds, record.Ratio, record.PerSecond, record.Count} {
		if text == record.Format(v, unit) {
			return true
		}
	}
	return false
}

// TestNumbersAreTheJSONs holds each number in the page's text against the JSON: it stands in a
// data element with the exact value, or in a text that the JSON has too.
func TestNumbersAreTheJSONs(t *testing.T) {
	for name, r := range samples(t) {
		root, _ := page(t, r)
		numbers, texts := values(t, r)
		numbers[float64(len(r.Baseline.Runs))] = true
		found := 0
		for n := range root.Descendants() {
			switch {
			case n.Type == html.ElementNode && n.Data == "data":
				found++
				v, err := strconv.ParseFloat(attribute(n, "value"), 64)
				if err != nil || !numbers[v] || !formatted(n.FirstChild.Data, v) {
					t.Errorf("%s: the page has %q for %v, which is not in the JSON", name, n.FirstChild.Data, attribute(n, "value"))
				}
			case n.Type == html.TextNode && strings.ContainsAny(n.Data, "0123456789"):
				if !explained(n, texts) {
					t.Errorf("%s: the page says %q, which is not in the JSON", name, n.Data)
				}
			}
		}
		if found < 50 {
			t.Errorf("%s: only %d numbers in the page", name, found)
		}
	}
}

// explained tells whether a text with digits is a chart's, a moment, or the JSON's.
func explained(n *html.Node, texts string) bool {
	for p := range n.Ancestors() {
		if p.Data == "svg" || p.Data == "data" || p.Data == "style" || p.Data == "title" {
			return true
		}
	}
	text := strings.TrimSpace(n.Data)
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == '·' || r == ',' || r == ';' }) {
		part = strings.NewReplacer(" UTC", "", "branch ", "", "exit code", "", "Made by hopperband gate ", "", ". All numbers", "").Replace(part)
		for word := range strings.FieldsSeq(part) {
			if strings.ContainsAny(word, "0123456789") && !strings.Contains(texts, word) && !slices.Contains([]string{"p50", "p95", "p99", "2.2"}, word) {
				return false
			}
		}
	}
	return true
}

func TestPageNeedsNothingBesides(t *testing.T) {
	for name, r := range samples(t) {
		root, text := page(t, r)
		for _, word := range []string{"<script", "url(", "@import", "src=", "<iframe", "<link", " style=\""} {
			if strings.Contains(text, word) {
				t.Errorf("%s: the page has %s", name, word)
			}
		}
		charts, titles := charts(root, text)
		want := map[bool]int{true: 4, false: 7}[name == "first"]
		if charts != want || titles != 2*want {
			t.Errorf("%s: %d charts with %d titles and texts, want %d", name, charts, titles, want)
		}
		if strings.Contains(text, "NaN") || strings.Contains(text, "Inf") || strings.Contains(text, "ZgotmplZ") {
			t.Errorf("%s: the page has a value that is none", name)
		}
	}
}

// charts counts the charts that are images to a screen reader, and the titles and texts that
// they refer to.
func charts(root *html.Node, text string) (charts, titles int) {
	for n := range root.Descendants() {
		if n.Data != "svg" || attribute(n, "role") != "img" {
			continue
		}
		charts++
		for id := range strings.FieldsSeq(attribute(n, "aria-labelledby")) {
			titles += strings.Count(text, `id="`+id+`"`)
		}
	}
	return charts, titles
}

func TestVerdictComesFirst(t *testing.T) {
	want := map[string]struct {
		outcome record.Outcome
		exit    int
		reason  string
	}{
		"pass":       {record.Pass, 0, ""},
		"regression": {record.Fail, 4, "p95 of total is"},
		"threshold":  {record.Fail, 3, "failures of total is"},
		"invalid":    {record.Invalid, 5, "CPU of the busiest worker: 98%"},
		"first":      {record.Pass, 0, "NO BASELINE"},
	}
	for name, r := range samples(t) {
		w := want[name]
		if r.Outcome != w.outcome || r.ExitCode != w.exit {
			t.Errorf("%s: %s, exit code %d: %q", name, r.Outcome, r.ExitCode, r.Reasons)
		}
		var terminal, markdown strings.Builder
		if err := r.Terminal(&terminal, false); err != nil {
			t.Fatal(err)
		}
		if err := r.Markdown(&markdown); err != nil {
			t.Fatal(err)
		}
		_, text := page(t, r)
		for view, text := range map[string]string{"terminal": terminal.String(), "Markdown": markdown.String(), "HTML": text[strings.Index(text, "<h1>"):]} {
			first := strings.Index(text, string(w.outcome))
			if first < 0 || first > 40 || !strings.Contains(text, w.reason) {
				t.Errorf("%s: the %s begins with %.60q", name, view, text)
			}
		}
	}
}

// A run that was stopped before its plateau has none.
func TestPlateauThatNeverBegan(t *testing.T) {
	r := samples(t)["invalid"]
	r.Window = record.Window{Stopped: "3 of 10 users run after 1m0s"}
	if _, text := page(t, r); strings.Contains(text, "0001-01-01") || !strings.Contains(text, "stopped: 3 of 10 users run") {
		t.Error("the page dates a plateau that was none")
	}
}

// TestWrite writes the samples into the folder that WRITE names, to be looked at.
func TestWrite(t *testing.T) {
	folder := os.Getenv("WRITE")
	if folder == "" {
		t.Skip("without WRITE=folder")
	}
	for name, r := range samples(t) {
		var page, markdown, data bytes.Buffer
		for _, err := range []error{r.HTML(&page), r.Markdown(&markdown), r.JSON(&data)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for suffix, b := range map[string]bytes.Buffer{".html": page, ".md": markdown, ".json": data} {
			if err := os.WriteFile(filepath.Join(folder, name+suffix), b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
