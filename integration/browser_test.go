//go:build integration

package integration

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// TestBrowser does what people do, with a real browser on the real web UI: it starts a test
// from the form with a custom argument and a tag, changes the users while it runs, looks at
// what our worker shows on each tab, and stops. Its screenshots are in .build/browser.
func TestBrowser(t *testing.T) {
	t.Parallel()
	s := newScene(t, 2*time.Minute)
	s.needs("2.47.0", "the pages are as they are here")
	locustfile, err := filepath.Abs("testdata/visitor.py")
	s.ok(err)
	target := s.target()
	m := s.master(target, rig.MasterConfig{Locustfile: locustfile, WebUI: true, StopTimeout: 5 * time.Second})
	s.run(rig.WorkerConfig{Path: built(t, "visitor"), Master: m.Addr})
	s.state(m, "ready", 1, 0)
	p := s.browser()
	p.open(m.Web)

	p.fill("userCount", "5")
	p.fill("spawnRate", "5")
	p.press("Custom parameters")
	p.fill("colour", "green")
	p.fill("only", "shop")
	p.shoot("form")
	p.press("Start")
	p.see("Status RUNNING", "Users 5", "Workers 1", "/items in green")

	p.press("Edit")
	p.fill("userCount", "12")
	p.shoot("edit")
	p.press("Update")
	p.see("Users 12")
	p.wait("all names", func() bool { return len(p.rows()) == 3 })
	p.shoot("statistics")
	p.checkStatistics()
	p.checkTabs()

	p.press("Stop")
	p.see("Status STOPPED", "NEW")
	p.tab("Statistics")
	served := strconv.FormatInt(s.served(target), 10)
	p.wait("the "+served+" requests that the target has served", func() bool {
		rows := p.rows()
		return len(rows) == 3 && rows[2][2] == served
	})
	p.shoot("stopped")
}

// checkStatistics checks the table of requests: only tasks with the tag, and the custom
// argument in their name.
func (p *page) checkStatistics() {
	p.t.Helper()
	var names []string
	for _, row := range p.rows() {
		names = append(names, strings.Join(row[:2], " "))
		requests, failures := row[2], row[3]
		want := map[string]string{"/fail": requests, "/items in green": "0"}[row[1]]
		if want != "" && failures != want {
			p.t.Errorf("%s: %s of %s requests failed, want %s", row[1], failures, requests, want)
		}
	}
	if got := strings.Join(names, ", "); got != "GET /fail, GET /items in green,  Aggregated" {
		p.t.Errorf("the table has %s", got)
	}
}

// checkTabs looks at the other tabs while the test runs.
func (p *page) checkTabs() {
	p.t.Helper()
	p.tab("Failures")
	p.see("status 500")
	p.wait("the failures of one request", func() bool {
		rows := p.rows()
		return len(rows) == 1 && rows[0][1] == "GET" && rows[0][2] == "/fail"
	})
	p.shoot("failures")

	p.tab("Exceptions")
	p.see("the stairs are wet", "Visitor", "stumble")
	p.wait("exceptions of one kind", func() bool { return len(p.rows()) == 1 })
	p.shoot("exceptions")

	p.tab("Logs")
	p.unfold()
	p.see("INFO/worker: test started", "ERROR/worker: exception: the stairs are wet")
	p.shoot("logs")

	p.tab("Workers")
	p.wait("12 users on the worker, and its memory", func() bool {
		rows := p.rows()
		return len(rows) == 1 && len(rows[0]) > 4 && rows[0][1] == "running" && rows[0][2] == "12" &&
			rows[0][4] != "" && !strings.HasPrefix(rows[0][4], "0")
	})
	p.shoot("workers")

	p.tab("Charts")
	p.wait("three charts", func() bool { return p.count("main canvas") == 3 })
	p.shoot("charts")
}
