package record_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/record"
)

func TestFormat(t *testing.T) {
	tests := []struct {
		value float64
		unit  string
		want  string
	}{
		{0, record.Seconds, "0s"},
		{0.1823, record.Seconds, "182ms"},
		{0.00123, record.Seconds, "1.23ms"},
		{0.0000456, record.Seconds, "45.6µs"},
		{0.9996, record.Seconds, "1s"},
		{0.99949, record.Seconds, "999ms"},
		{12.345, record.Seconds, "12.3s"},
		{180, record.Seconds, "180s"},
		{0.00523, record.Ratio, "0.52%"},
		{1, record.Ratio, "100%"},
		{0.0000012, record.Ratio, "0.00012%"},
		{118.4, record.PerSecond, "118/s"},
		{1234567, record.Count, "1234567"},
		{2048, record.Bytes, "2048 bytes"},
		{-0.005, record.Seconds, "-5ms"},
	}
	for _, test := range tests {
		if got := record.Format(test.value, test.unit); got != test.want {
			t.Errorf("Format(%v, %s) = %q, want %q", test.value, test.unit, got, test.want)
		}
	}
}

func TestPlain(t *testing.T) {
	tests := map[string]string{
		"GET /items/[id]":            "GET /items/[id]",
		"日本語 naïve":                  "日本語 naïve",
		"\x1b[31mred\x1b[0m":         `\x1b[31mred\x1b[0m`,
		"two\nlines\r\tand a bell\a": `two\x0alines\x0d\x09and a bell\x07`,
		"\u202etfel ot":              `\u202etfel ot`,
		"\x9b31m\xff":                `\x9b31m\xff`,
		"\u009b31m":                  `\x9b31m`,
	}
	for text, want := range tests {
		if got := record.Plain(text); got != want {
			t.Errorf("Plain(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestIDs(t *testing.T) {
	at := time.Date(2025, 6, 1, 10, 0, 0, 0, time.FixedZone("", 7200))
	a, b := record.NewID(at), record.NewID(at.Add(time.Second))
	if !strings.HasPrefix(a, "20250601T080000Z-") || a >= b || a == record.NewID(at) || !record.ValidID(a) {
		t.Errorf("IDs %s and %s", a, b)
	}
	for _, id := range []string{"", "x", "../" + a, a + "/..", strings.ToUpper(a), a + "\n"} {
		if record.ValidID(id) {
			t.Errorf("%q is valid", id)
		}
	}
}

func TestLocustsResolution(t *testing.T) {
	for seconds, want := range map[float64]float64{0.0004: 1, 0.001: 0.5, 0.05: 0.01, 0.1: 0.05, 0.25: 0.02, 0.99: 0.0051, 2: 0.025} {
		if got := record.Locust.Error(seconds); math.Abs(got-want) > 0.0005 {
			t.Errorf("error at %v s is %.4f, want %.4f", seconds, got, want)
		}
	}
}

func TestFiguresAddUp(t *testing.T) {
	a := record.Figures{Name: "/", Requests: 1, Bytes: 10}
	a.ResponseTime.Observe(0.1)
	b := record.Figures{Name: "/", Requests: 3, Failures: 1, NoneRequests: 1, Bytes: 5}
	b.ResponseTime.Observe(0.4)
	b.ResponseTime.Observe(0.4)
	sum := a.Over(10).Add(b.Over(10))
	if sum.Requests != 4 || sum.Failures != 1 || sum.NoneRequests != 1 || sum.Bytes != 15 || math.Abs(sum.Rate-0.4) > 1e-9 || math.Abs(sum.Avg-0.3) > 1e-9 {
		t.Errorf("sum %+v", sum)
	}
	if sum.Min > 0.1 || sum.Max < 0.4 || a.Add(record.Figures{}).Min != a.Min {
		t.Errorf("shortest %v, longest %v", sum.Min, sum.Max)
	}
	back, err := sum.Sub(b)
	if err != nil || back.Requests != 1 || back.Bytes != 10 || back.ResponseTime.Count() != 1 {
		t.Errorf("back %+v, %v", back, err)
	}
	if _, err := a.Sub(b); err == nil || !strings.Contains(err.Error(), "began anew") {
		t.Errorf("counts that fell: %v", err)
	}
}

func TestKeys(t *testing.T) {
	k := record.Key{Plan: "a", Users: 1, DurationSeconds: 60, Workers: 2, Environment: "staging"}
	if d := k.Differences(k); d != nil {
		t.Errorf("a key differs from itself: %v", d)
	}
	d := k.Differences(record.Key{Plan: "b", Users: 3, DurationSeconds: 90, Workers: 4, Environment: "prod"})
	if len(d) != 5 || d[1] != "users 3, here 1" {
		t.Errorf("differences %v", d)
	}
}
