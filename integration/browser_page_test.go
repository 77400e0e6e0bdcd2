//go:build integration

package integration

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/hopperband/hopperband/integration/rig"
)

// What is looked for on a page has to come in this time.
const pageShows = 20 * time.Second

// A page is a tab of a headless Chromium.
type page struct {
	*scene
	session context.Context
	dir     string // of the screenshots
}

// browser starts Chromium. It ends with the test. Without one the test cannot run, which in CI
// is a failure.
func (s *scene) browser() *page {
	s.t.Helper()
	session, stop, err := rig.StartChromium(s.ctx, s.t.TempDir())
	if errors.Is(err, rig.ErrNoChromium) && os.Getenv("CI") == "" {
		s.t.Skip(err)
	}
	s.ok(err)
	s.t.Cleanup(stop)
	dir, err := filepath.Abs("../.build/browser")
	s.ok(err)
	s.ok(os.MkdirAll(dir, 0o750))
	return &page{scene: s, session: session, dir: dir}
}

func (p *page) open(url string) {
	p.t.Helper()
	p.ok(chromedp.Do(p.session, chromedp.Navigate(url)))
}

// fill types a value into a field of a form, in place of the one it has. A form that has just
// opened may take the keyboard away from the field; then it types once more.
func (p *page) fill(name, value string) {
	p.t.Helper()
	selector := fmt.Sprintf("input[name=%q]", name)
	field := chromedp.CSS(selector)
	p.wait(name+" to be "+value, func() bool {
		p.do("filling "+name, chromedp.WaitVisible(field), chromedp.Focus(field))
		p.evaluate(fmt.Sprintf(`document.querySelector(%q).select()`, selector))
		p.do("filling "+name, chromedp.KeyEvent(value))
		typed, err := chromedp.Run(p.session, chromedp.Evaluate[string](fmt.Sprintf(`document.querySelector(%q).value`, selector)))
		p.ok(err)
		return typed == value
	})
}

// press clicks on the button of that name.
func (p *page) press(name string) { p.click("button", name) }

// tab turns to the tab of that name.
func (p *page) tab(name string) { p.click("[role=tab]", name) }

// unfold shows what is folded under the page's last heading.
func (p *page) unfold() {
	p.t.Helper()
	fold := chromedp.JSPath(`[...document.querySelectorAll("main button[aria-expanded=false]")].at(-1)`)
	p.do("unfolding", chromedp.WaitVisible(fold), chromedp.Click(fold))
}

func (p *page) click(kind, name string) {
	p.t.Helper()
	element := chromedp.JSPath(fmt.Sprintf(
		`[...document.querySelectorAll(%q)].find(e => e.innerText.trim().toLowerCase() === %q)`, kind, strings.ToLower(name)))
	p.do("clicking on "+name, chromedp.WaitVisible(element), chromedp.Click(element))
}

func (p *page) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.session, slack*pageShows)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.shoot("failed")
		p.t.Fatalf("%s: %v; the page says:\n%s", what, err, p.text())
	}
}

// text is what can be read on the page, a space for each space or line's end.
func (p *page) text() string {
	p.t.Helper()
	text, err := chromedp.Run(p.session, chromedp.Evaluate[string]("document.body.innerText"))
	p.ok(err)
	return strings.Join(strings.Fields(text), " ")
}

// see waits until all words can be read on the page.
func (p *page) see(words ...string) {
	p.t.Helper()
	for _, w := range words {
		p.wait(fmt.Sprintf("%q", w), func() bool { return strings.Contains(p.text(), w) })
	}
}

// wait waits until something holds.
func (p *page) wait(what string, holds func() bool) {
	p.t.Helper()
	limit := p.within(pageShows)
	for !holds() {
		select {
		case <-time.After(100 * time.Millisecond):
		case <-limit.Done():
			p.shoot("failed")
			p.t.Fatalf("waited for %s; the page says:\n%s", what, p.text())
		}
	}
}

// rows are the cells of the page's table, without its heading. A page that is still being drawn
// has fewer.
func (p *page) rows() [][]string {
	p.t.Helper()
	rows, err := chromedp.Run(p.session, chromedp.Evaluate[[][]string](
		`[...document.querySelectorAll("main table tbody tr")].map(r => [...r.cells].map(c => c.innerText.trim()))`))
	p.ok(err)
	return rows
}

// count is how many elements of the page a selector finds.
func (p *page) count(selector string) int {
	p.t.Helper()
	n, err := chromedp.Run(p.session, chromedp.Evaluate[int](fmt.Sprintf("document.querySelectorAll(%q).length", selector)))
	p.ok(err)
	return n
}

func (p *page) evaluate(script string) {
	p.t.Helper()
	_, err := chromedp.Run(p.session, chromedp.Evaluate[any](script))
	p.ok(err)
}

// shoot keeps a picture of the page.
func (p *page) shoot(name string) {
	p.t.Helper()
	png, err := chromedp.Run(p.session, chromedp.CaptureScreenshot())
	p.ok(err)
	p.ok(os.WriteFile(filepath.Join(p.dir, name+".png"), png, 0o600))
}
