package rig

import (
	"context"
	"errors"
	"os/exec"

	"github.com/chromedp/chromedp"
)

// ErrNoChromium is the error of StartChromium where there is none.
var ErrNoChromium = errors.New("rig: there is no Chromium: on Debian install it with apt-get install chromium")

// StartChromium starts a headless browser with a profile of its own in a folder, and returns
// the session of its first tab. It ends with stop.
func StartChromium(ctx context.Context, dir string) (session context.Context, stop func(), err error) {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		return nil, nil, ErrNoChromium
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(dir), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WindowSize(1280, 800))
	allocator, free := chromedp.NewExecAllocator(ctx, options...)
	session, cancel := chromedp.NewContext(allocator)
	stop = func() {
		cancel()
		free()
	}
	if err := chromedp.Do(session); err != nil {
		stop()
		return nil, nil, err
	}
	return session, stop, nil
}
