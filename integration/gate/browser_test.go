//go:build integration

package gate

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/hopperband/hopperband/integration/rig"
)

// A browser is a tab of a headless Chromium in which no page runs a script.
type browser struct {
	t       *testing.T
	session context.Context
	dir     string // of the pictures
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(cancel)
	session, stop, err := rig.StartChromium(ctx, t.TempDir())
	if errors.Is(err, rig.ErrNoChromium) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	b := &browser{t: t, session: session, dir: filepath.FromSlash("../../.build/reports")}
	b.ok(os.MkdirAll(b.dir, 0o750))
	b.ok(chromedp.Do(session, command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})))
	return b
}

func (b *browser) ok(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// command is an action that sends a command of the DevTools protocol.
func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

func (b *browser) open(address string) {
	b.t.Helper()
	b.ok(chromedp.Do(b.session, chromedp.Navigate(address)))
}

// show sets what the reader prefers, light, dark or print, and the width of the window.
func (b *browser) show(scheme string, width int64) {
	b.t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if scheme == "print" {
		media = emulation.SetEmulatedMediaParams{Media: scheme}
	}
	b.ok(chromedp.Do(b.session,
		command(emulation.SetEmulatedMedia, media),
		chromedp.EmulateViewport(width, 900)))
}

func (b *browser) contentWidth() int64 {
	b.t.Helper()
	var width float64
	b.ok(chromedp.Do(b.session, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		size, err := cdp.Call(ctx, t, page.GetLayoutMetrics, cdp.Empty{})
		if err == nil {
			width = size.CSSContentSize.Width
		}
		return err
	})))
	return int64(math.Ceil(width))
}

// scrolled are the tables that do not fit.
func (b *browser) scrolled() []string {
	b.t.Helper()
	all, err := chromedp.Run(b.session, chromedp.Evaluate[[]string](
		`[...document.querySelectorAll(".scroll")].filter(e => e.scrollWidth > e.clientWidth).map(e => e.innerText.slice(0, 40))`))
	b.ok(err)
	return all
}

func (b *browser) text() string {
	b.t.Helper()
	text, err := chromedp.Run(b.session, chromedp.Evaluate[string]("document.body.innerText"))
	b.ok(err)
	return text
}

// A shown is a number as it can be read, and its exact value.
type shown struct{ Value, Text string }

func (b *browser) numbers() []shown {
	b.t.Helper()
	all, err := chromedp.Run(b.session, chromedp.Evaluate[[]shown](
		`[...document.querySelectorAll("data")].filter(e => e.checkVisibility()).map(e => ({Value: e.value, Text: e.textContent}))`))
	b.ok(err)
	return all
}

// faint are the texts whose contrast with what is behind them is below 4.5 (WCAG 2.2, 1.4.3).
func (b *browser) faint() []string {
	b.t.Helper()
	all, err := chromedp.Run(b.session, chromedp.Evaluate[[]string](`(() => {
		const rgba = c => c.match(/[\d.]+/g).map(Number)
		const linear = v => v <= 10.31475 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4
		const light = c => 0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2])
		const behind = e => {
			for (; e; e = e.parentElement) {
				const c = rgba(getComputedStyle(e).backgroundColor)
				if (c.length < 4 || c[3] > 0) return c
			}
			return [255, 255, 255]
		}
		const faint = []
		for (const e of document.querySelectorAll("body *")) {
			const text = [...e.childNodes].filter(n => n.nodeType == Node.TEXT_NODE).map(n => n.data.trim()).join("")
			if (!text || !e.checkVisibility() || ["title", "desc"].includes(e.tagName)) continue
			const style = getComputedStyle(e)
			const [high, low] = [light(rgba(e instanceof SVGElement ? style.fill : style.color)), light(behind(e))].sort((a, b) => b - a)
			const contrast = (high + 0.05) / (low + 0.05)
			if (contrast < 4.5) faint.push(text.slice(0, 40) + ": " + contrast.toFixed(2))
		}
		return faint
	})()`))
	b.ok(err)
	return all
}

// shoot keeps a picture of the whole page.
func (b *browser) shoot(name string) {
	b.t.Helper()
	png, err := chromedp.Run(b.session, chromedp.FullScreenshot(100))
	b.ok(err)
	b.ok(os.WriteFile(filepath.Join(b.dir, name+".png"), png, 0o600))
}

// print keeps the page as it is printed.
func (b *browser) print(name string) {
	b.t.Helper()
	pdf, err := chromedp.Run(b.session, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
	b.ok(err)
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		b.t.Errorf("%s: printed as %.20q", name, pdf)
	}
	b.ok(os.WriteFile(filepath.Join(b.dir, name+".pdf"), pdf, 0o600))
}
