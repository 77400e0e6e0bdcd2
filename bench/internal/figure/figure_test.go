package figure

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/bench/internal/record"
	"github.com/hopperband/hopperband/bench/internal/result"
)

// w is a window of one second with so many requests on a whole core.
func w(peer string, requests int64) result.Window {
	return result.Window{Peer: peer, Users: 100, Seconds: 1, Requests: requests, Generator: 1, Connections: 100, Memory: 10 * mib}
}

func disturbed(w result.Window) result.Window {
	w.Disturbed = true
	return w
}

func TestSpread(t *testing.T) {
	for _, test := range []struct {
		values []float64
		want   string
	}{
		{nil, "–"},
		{[]float64{3}, "3.0"},
		{[]float64{3, 1, 2}, "2.0 (1.0–3.0)"},
		{[]float64{4, 1, 2, 3}, "2.5 (1.0–4.0)"},
	} {
		if got := SpreadOf(test.values).Text("%.1f"); got != test.want {
			t.Errorf("spread of %v: %s, want %s", test.values, got, test.want)
		}
	}
}

func TestDigits(t *testing.T) {
	for n, want := range map[float64]string{0: "0", 999: "999", 1000: "1 000", 1234567: "1 234 567", -1234: "-1 234"} {
		if got := digits(n); got != want {
			t.Errorf("digits(%v) = %q, want %q", n, got, want)
		}
	}
}

func TestRatiosArePaired(t *testing.T) {
	for name, test := range map[string]struct {
		windows []result.Window
		want    []float64
	}{
		"between two":          {[]result.Window{w(result.Ours, 100), w("b", 50), w(result.Ours, 200)}, []float64{3}},
		"a machine that slows": {[]result.Window{w(result.Ours, 100), w("b", 50), w(result.Ours, 100), w("c", 9), w(result.Ours, 10), w("b", 5), w(result.Ours, 10)}, []float64{2, 2}},
		"only one side":        {[]result.Window{w("b", 50), w(result.Ours, 100)}, []float64{2}},
		"left out":             {[]result.Window{w(result.Ours, 100), disturbed(w("b", 1)), w("b", 50), w(result.Ours, 100)}, []float64{2}},
		"nothing else":         {[]result.Window{w(result.Ours, 100), disturbed(w("b", 25))}, []float64{4}},
		"too far away":         {[]result.Window{w(result.Ours, 1), w("c", 1), w("c", 1), w("c", 1), w("c", 1), w("b", 1)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := Ratios(test.windows, "b")
			if !slices.EqualFunc(got, test.want, func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }) {
				t.Errorf("ratios %v, want %v", got, test.want)
			}
		})
	}
}

func saturation() result.Saturation {
	return result.Saturation{
		Setting: result.Setting{Date: time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC), Machine: "a <fast> one", Target: "nginx"},
		Users:   100,
		Windows: []result.Window{w(result.Ours, 60000), w("wrk", 80000), w(result.Ours, 62000), disturbed(w("slow", 1000)), w(result.Ours, 60000)},
	}
}

func TestSaturationTable(t *testing.T) {
	got := Saturation(saturation())
	for _, want := range []string{
		"**100 users.** Measured on 2026-11-25.",
		"| wrk | 1 | 80 000 | 0.76 | 80 000 | 1.00 |",
		"| **hopperband** | 3 | 60 000 (60 000–62 000) | 1 |",
		"| slow | 1, disturbed |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Index(got, "| wrk") > strings.Index(got, "| **hopperband") {
		t.Errorf("not in order:\n%s", got)
	}
}

func TestShortOfUsers(t *testing.T) {
	s := saturation()
	s.Users = 10000
	if got := Saturation(s); !strings.Contains(got, "wrk had 100 connections open") {
		t.Errorf("no warning in\n%s", got)
	}
}

func TestGrowthIsPaired(t *testing.T) {
	with := func(users int, w result.Window) result.Window {
		w.Users, w.Memory = users, w.Memory+int64(users)*16<<10
		return w
	}
	g := result.Growth{Few: 100, Windows: []result.Window{
		with(100, w("wrk", 100)), with(1124, w("wrk", 60)), with(100, w("wrk", 140)), with(10_100, w("wrk", 70)), with(100, w("wrk", 60)),
		with(100, w(result.Ours, 1)), with(1124, w(result.Ours, 1)), with(100, w(result.Ours, 1)),
	}}
	if got := Growth(g, "wrk", 1124); !slices.Equal(got, []float64{0.5}) {
		t.Errorf("1124 users reach %v of what those before and after do, want 0.5", got)
	}
	got := GrowthTable(g)
	for _, want := range []string{"| wrk | 100 | 100 (60–140) | 1 |", "| wrk | 1 124 | 60 | 0.50 | 28 | 16.0 |", "| wrk | 10 100 | 70 | 0.70 | 168 | 16.0 |", "| **hopperband** | 1 124 | 1 | 1.00 |"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestOtherTables(t *testing.T) {
	run := w("wrk", 5000)
	run.Told, run.True = &record.Summary{P50: 10.5, P99: 12}, &record.Summary{P50: 10.25, P99: 12.5}
	for want, got := range map[string]string{
		"| wrk | 50 % | 100 % | 100 | 5 000 | 10.25 | +0.25 | 12.50 | -0.50 |": Times(result.Times{Runs: []result.TimesRun{{Goal: 0.5, Window: run}}}),
		"| 50 | 20 | 100 ms | 50 000 | 4.0 % | 0.80 ms/s | 10 |":               Masters(result.Masters{Rows: []result.MasterRow{{Workers: 50, Names: 20, PerSecond: 1000, LongestMS: 100, Cores: 0.04, Memory: 10 * mib}}}),
		"| 10 000 | 0.50 s | 0.60 s | 0.06 s | 10 |":                           Spawns(result.Spawns{Rows: []result.SpawnRow{{Users: 10000, Seconds: 0.5, Worker: 0.6, Master: 0.06, Memory: 10 * mib}}}),
		"| 5 | 1.00 s, waited no longer |":                                     Spawns(result.Spawns{Rows: []result.SpawnRow{{Users: 5, Seconds: 1, Expired: true}}}),
		"Versions: a 1, b 2.":                                                  Versions(result.Setting{Date: time.Unix(2, 0), Versions: map[string]string{"b": "2"}}, result.Setting{Versions: map[string]string{"b": "1"}}, result.Setting{Versions: map[string]string{"a": "1"}}),
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestChartIsXML(t *testing.T) {
	picture := Chart(saturation())
	d := xml.NewDecoder(strings.NewReader(picture))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if bars := strings.Count(picture, "<rect"); bars != 3 {
		t.Errorf("%d bars, want 3", bars)
	}
}

func TestReplace(t *testing.T) {
	page := "before\n<!-- bench x -->\nold\n<!-- end bench x -->\nafter\n"
	got, err := Replace(page, "x", "new\n\n")
	if want := "before\n<!-- bench x -->\nnew\n<!-- end bench x -->\nafter\n"; err != nil || got != want {
		t.Errorf("page %q, error %v, want %q", got, err, want)
	}
	for _, bad := range []string{"", "<!-- bench x -->\n"} {
		if _, err := Replace(bad, "x", ""); err == nil {
			t.Errorf("page %q: no error", bad)
		}
	}
}
