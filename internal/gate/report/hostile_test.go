package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	renderer "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"

	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/report"
)

// hostile names try to be more than a name.
func hostile() []string {
	return []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</table></svg></style><h1>PASS</h1>`,
		`[click](javascript:alert(1))`, "`code` | more ` | **bold** <b>", "``` \n# heading\n| a | b |", `![x](https://evil.example/x.png)`,
		"@everyone #1 https://evil.example www.evil.example", "\x1b[2J\x1b]0;title\x07\x1b[31mred", "\r\nPASS\x9b31m\u202e\xff", "{{.Names}}", "]]>&amp;<![CDATA[",
	}
}

// hostileReport has them as names, and everywhere else.
func hostileReport(t *testing.T) *report.Report {
	t.Helper()
	s := newShop()
	s.slower = 1.5
	for _, name := range hostile() {
		s.names = append(s.names, "GET "+name)
	}
	r := judged(t, s, 3)
	all := strings.Join(hostile(), " ")
	r.Plan.Name, r.Plan.Host, r.Plan.Digest, r.Plan.UserClasses = all, all, all, hostile()
	r.Identity.Version, r.Identity.Environment, r.Identity.Branch, r.Identity.Commit = all, all, all, all
	r.Identity.Build = "javascript:alert(1)"
	r.Identity.TargetBranch, r.Identity.Request, r.Identity.Gate = all, all, all
	r.Generator.ClockSteps, r.Generator.VersionAfter = hostile(), all
	r.Sources[0].Address = all
	r.Reasons = append(r.Reasons, hostile()...)
	for i := range r.Trend {
		r.Trend[i].Version = all
	}
	r.Accepted = &record.Accepted{By: all, Reason: all}
	return r
}

func TestHostileHTML(t *testing.T) {
	root, text := page(t, hostileReport(t))
	allowed := strings.Fields("html head meta title style body a header p strong h1 h2 h3 span data main section ul li div br table thead tbody tr th td " +
		"figure svg desc text path circle dl dt dd code footer")
	for n := range root.Descendants() {
		if n.Type == html.CommentNode || n.Type == html.ElementNode && !slices.Contains(allowed, n.Data) {
			t.Errorf("a name became <%s>", n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || strings.Contains(a.Val, "javascript:") && a.Key == "href" {
				t.Errorf("a name became the attribute %s=%q", a.Key, a.Val)
			}
		}
	}
	inert(t, "HTML", text)
	if !strings.Contains(text, "&lt;script&gt;alert(1)&lt;/script&gt;") {
		t.Error("the name is not shown")
	}
}

func TestHostileMarkdown(t *testing.T) {
	var source strings.Builder
	if err := hostileReport(t).Markdown(&source); err != nil {
		t.Fatal(err)
	}
	inert(t, "Markdown", source.String())
	var b bytes.Buffer
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(renderer.WithUnsafe()))
	if err := md.Convert([]byte(source.String()), &b); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	allowed := strings.Fields("html head body h2 p ul li code table thead tbody tr th td details summary")
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && !slices.Contains(allowed, n.Data) {
			t.Errorf("a name became <%s>", n.Data)
		}
		if n.Type == html.TextNode && n.Parent.Data != "code" && strings.ContainsAny(n.Data, "@#") {
			t.Errorf("outside of code stands %q", n.Data)
		}
		if n.Data == "tr" && n.Type == html.ElementNode {
			if cells := columns(n); cells != 6 && cells != 8 {
				t.Errorf("a row has %d cells", cells)
			}
		}
	}
}

func columns(row *html.Node) int {
	n := 0
	for c := range row.ChildNodes() {
		if c.Type == html.ElementNode {
			n++
		}
	}
	return n
}

func TestHostileTerminal(t *testing.T) {
	var b strings.Builder
	r := hostileReport(t)
	if err := r.Terminal(&b, false); err != nil {
		t.Fatal(err)
	}
	inert(t, "terminal", b.String())
	if !strings.Contains(b.String(), `\x1b[2J`) {
		t.Error("the name is not shown")
	}
}

// inert fails if a text has what does something on a terminal, or turns the writing.
func inert(t *testing.T, view, text string) {
	t.Helper()
	for _, bad := range []string{"\x1b", "\u009b", "\x07", "\r", "\u202e"} {
		if strings.Contains(text, bad) {
			t.Errorf("the %s has %q", view, bad)
		}
	}
	if !utf8.ValidString(text) {
		t.Errorf("the %s is not UTF-8", view)
	}
}

func TestHostileJUnit(t *testing.T) {
	r := hostileReport(t)
	var b bytes.Buffer
	if err := r.JUnit(&b); err != nil {
		t.Fatal(err)
	}
	var suites struct {
		Suite struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Errors   int `xml:"errors,attr"`
			Cases    []struct {
				Name    string    `xml:"name,attr"`
				Failure *struct{} `xml:"failure"`
				Error   *struct{} `xml:"error"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(b.Bytes(), &suites); err != nil {
		t.Fatal(err)
	}
	failures := 0
	for _, c := range suites.Suite.Cases {
		if c.Failure != nil {
			failures++
		}
	}
	if s := suites.Suite; s.Tests != len(s.Cases) || s.Failures != failures || failures == 0 {
		t.Errorf("%d cases, %d failures; the suite says %d, %d", len(s.Cases), failures, s.Tests, s.Failures)
	}
	inert(t, "JUnit XML", b.String())
}

func TestTenThousandNames(t *testing.T) {
	s := newShop()
	s.names = nil
	for i := range 10_000 {
		s.names = append(s.names, fmt.Sprintf("GET /name/%d", i))
	}
	run := s.run(1)
	v := record.Verdict{Outcome: record.Fail}
	for _, f := range run.Names { // a threshold of each name, that none keeps
		text := "p95 < 1ms of " + f.Label()
		v.Reasons = append(v.Reasons, text)
		v.Checks = append(v.Checks, record.Check{
			Kind: record.ThresholdCheck, Check: "p95 < 1ms", Method: f.Method, Name: f.Name, Figure: "p95", Unit: record.Seconds, Operator: "<",
			Seen: &f.Avg, Allowed: new(0.001), Result: record.Failed, Decides: true, Text: text,
		})
	}
	run.Verdict = &v
	r := report.New(run, nil)
	for view, write := range map[string]func(*bytes.Buffer) error{
		"HTML":     func(b *bytes.Buffer) error { return r.HTML(b) },
		"Markdown": func(b *bytes.Buffer) error { return r.Markdown(b) },
		"terminal": func(b *bytes.Buffer) error { return r.Terminal(b, true) },
		"JSON":     func(b *bytes.Buffer) error { return r.JSON(b) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		most := map[string]int{"HTML": 1 << 20, "Markdown": 60_000, "terminal": 20_000, "JSON": 10 << 20}[view]
		if b.Len() > most {
			t.Errorf("the %s has %d bytes, want at most %d", view, b.Len(), most)
		}
		if n := strings.Count(b.String(), " in the JSON"); view != "JSON" && n < 3 {
			t.Errorf("the %s says %d times where the others are, want it of reasons, checks and names", view, n)
		}
	}
}

type broken struct{}

var errBroken = errors.New("no space left")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestOutputThatCannotBeWritten(t *testing.T) {
	r := judged(t, newShop(), 0)
	for view, err := range map[string]error{
		"HTML": r.HTML(broken{}), "Markdown": r.Markdown(broken{}), "terminal": r.Terminal(broken{}, false),
		"JSON": r.JSON(broken{}), "JUnit": r.JUnit(broken{}),
	} {
		if !errors.Is(err, errBroken) || !strings.HasPrefix(err.Error(), "report: writing") {
			t.Errorf("%s: %v", view, err)
		}
	}
}
