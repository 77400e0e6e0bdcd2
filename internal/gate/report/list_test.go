package report_test

import (
	"strings"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/baseline"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/report"
)

func TestList(t *testing.T) {
	s := baseline.Open(t.TempDir())
	var b strings.Builder
	if err := report.List(&b, s.Runs()); err != nil || b.String() != "no runs yet\n" {
		t.Errorf("an empty store: %q, %v", b.String(), err)
	}
	run := newShop().run(1)
	run.Verdict = &record.Verdict{Outcome: record.Pass}
	run.Identity.Version = "v\x1b[31m1"
	if err := s.Put(run); err != nil {
		t.Fatal(err)
	}
	b.Reset()
	if err := report.List(&b, s.Runs()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{run.ID, "PASS", "staging", `v\x1b[31m1`, "200"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func TestCompare(t *testing.T) {
	slow := newShop()
	slow.slower = 2
	a, b := newShop().run(1), slow.run(1)
	b.Plan.Users = 300
	var out strings.Builder
	if err := report.Compare(&out, a, b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"+100.0%", "not comparable: A has users 200, B has 300", "GET /items/[id]", a.ID} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

func TestTerminalColors(t *testing.T) {
	for color, want := range map[bool]bool{true: true, false: false} {
		var b strings.Builder
		if err := judged(t, newShop(), 0).Terminal(&b, color); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(b.String(), "\x1b["); got != want {
			t.Errorf("with color %v there are colours: %v", color, got)
		}
	}
}
