//go:build integration

package gate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/report"
)

// TestPage shows the reports of runs that were recorded (testdata/reports: a pass, a regression,
// an invalid run, a first one) in Chromium with scripts off: light and dark, wide and narrow,
// and in print. Its pictures are in .build/reports.
func TestPage(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	b.open("data:text/html,<p style='color:%23bbb'>faint</p><p style='width:900px'>wide</p><div class=scroll style='width:90px;overflow:auto'>unbreakable_as_it_is</div><script>document.body.append('run')</script>")
	b.show("light", 400)
	if wide, faint, text := b.contentWidth(), b.faint(), b.text(); wide < 900 || len(b.scrolled()) != 1 || len(faint) != 1 || strings.Contains(text, "run") {
		t.Fatalf("a page that is %d wide, with the faint texts %q, reads %q", wide, faint, text)
	}
	for _, name := range []string{"pass", "fail", "invalid", "first"} {
		r, numbers := recorded(t, name)
		b.open(written(t, r))
		for _, scheme := range []string{"light", "dark"} {
			for _, width := range []int64{1400, 400} {
				b.fits(name, scheme, width)
				b.shoot(fmt.Sprintf("%s-%s-%d", name, scheme, width))
			}
		}
		b.fits(name, "print", 718) // an A4 without its margins
		b.print(name)
		b.shows(name, numbers)
	}
}

// fits wants everything to be seen without scrolling sideways, and to be read.
func (b *browser) fits(name, scheme string, width int64) {
	b.t.Helper()
	b.show(scheme, width)
	if wide := b.contentWidth(); wide > width {
		b.t.Errorf("%s, %s: the page is %d wide in a window of %d", name, scheme, wide, width)
	}
	if wide := b.scrolled(); len(wide) > 0 {
		b.t.Errorf("%s, %s, %d: to be scrolled sideways: %q", name, scheme, width, wide)
	}
	for _, text := range b.faint() {
		b.t.Errorf("%s, %s, %d: hard to read: %s", name, scheme, width, text)
	}
}

// shows holds the numbers of the page against those of the JSON.
func (b *browser) shows(name string, numbers []float64) {
	b.t.Helper()
	shown := b.numbers()
	if len(shown) < 50 {
		b.t.Errorf("%s: %d numbers on the page", name, len(shown))
	}
	for _, n := range shown {
		exact, err := strconv.ParseFloat(n.Value, 64)
		if err != nil || !slices.Contains(numbers, exact) || !formatted(n.Text, exact) {
			b.t.Errorf("%s: the page shows %q for %s: not in the JSON", name, n.Text, n.Value)
		}
	}
}

// recorded is a report as gate run wrote it, and all numbers that it has.
func recorded(t *testing.T, name string) (*report.Report, []float64) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "reports", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	r := &report.Report{}
	var root any
	for _, into := range []any{r, &root} {
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	return r, append(numbersOf(root), float64(len(r.Baseline.Runs)))
}

// numbersOf are the numbers of a JSON text.
func numbersOf(v any) (all []float64) {
	switch v := v.(type) {
	case float64:
		all = append(all, v)
	case []any:
		for _, x := range v {
			all = append(all, numbersOf(x)...)
		}
	case map[string]any:
		for _, x := range v {
			all = append(all, numbersOf(x)...)
		}
	}
	return all
}

// formatted tells whether a text is a value with any of the units.
func formatted(text string, v float64) bool {
	return slices.ContainsFunc([]string{record.Seconds, record.Ratio, record.PerSecond, record.Count}, func(unit string) bool {
		return text == record.Format(v, unit)
	})
}

// written writes the report's HTML into a file and returns its address.
func written(t *testing.T, r *report.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.HTML(&b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "gate.html")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}
