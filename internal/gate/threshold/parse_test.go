package threshold_test

import (
	"math"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/threshold"
)

func TestParse(t *testing.T) {
	tests := []struct {
		text     string
		figure   threshold.Figure
		quantile float64
		operator threshold.Operator
		limit    float64
	}{
		{"p95 < 250ms", threshold.Percentile, 0.95, threshold.Below, 0.25},
		{"p95<250ms", threshold.Percentile, 0.95, threshold.Below, 0.25},
		{"  p99.9  <=   1s ", threshold.Percentile, 0.999, threshold.AtMost, 1},
		{"p50 < 1.5 ms", threshold.Percentile, 0.5, threshold.Below, 0.0015},
		{"p50 < 300µs", threshold.Percentile, 0.5, threshold.Below, 0.0003},
		{"min >= 1ms", threshold.Min, 0, threshold.AtLeast, 0.001},
		{"max < 1m", threshold.Max, 0, threshold.Below, 60},
		{"avg < 100ms", threshold.Avg, 0, threshold.Below, 0.1},
		{"failures < 0.5%", threshold.FailureRatio, 0, threshold.Below, 0.005},
		{"failures <= 0 %", threshold.FailureRatio, 0, threshold.AtMost, 0},
		{"failures < 5", threshold.Failures, 0, threshold.Below, 5},
		{"rate > 100/s", threshold.Rate, 0, threshold.Above, 100},
		{"rate >= 120/min", threshold.Rate, 0, threshold.AtLeast, 2},
		{"rate >= 7200/h", threshold.Rate, 0, threshold.AtLeast, 2},
		{"count > 1000", threshold.Count, 0, threshold.Above, 1000},
	}
	for _, test := range tests {
		got, err := threshold.Parse(test.text)
		if err != nil {
			t.Errorf("%q: %v", test.text, err)
			continue
		}
		if got.Figure != test.figure || math.Abs(got.Quantile-test.quantile) > 1e-12 || got.Operator != test.operator || math.Abs(got.Limit-test.limit) > 1e-12 {
			t.Errorf("%q is %+v", test.text, got)
		}
	}
}

func TestParseErrors(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", "no operator, allowed are <"},
		{"p95", "no operator"},
		{"p95 == 1s", `operator "=="`},
		{"p95 =< 1s", `operator "=<"`},
		{"p95 < ", "no limit after <"},
		{"p95 < 250", "write 250ms or 250s"},
		{"p95 < fast", "is no time, allowed are such as 250ms"},
		{"p95 < -1s", "is no time"},
		{"p95 < 1s < 2s", "is no time"},
		{"p100 < 1s", "for the highest write max"},
		{"p0 < 1s", "between p0 and p100"},
		{"p9x < 1s", `figure "p9x", allowed are p50`},
		{"p. < 1s", "percentile"},
		{"latency < 1s", `figure "latency"`},
		{"P95 < 1s", `figure "P95"`},
		{"failures < 0.5", "written as a percentage: 0.5%"},
		{"failures < 101%", "0% to 100%"},
		{"failures < -1%", "0% to 100%"},
		{"failures < NaN%", "0% to 100%"},
		{"failures < 0%", "can never be true"},
		{"failures > 100%", "can never be true"},
		{"failures <= 100%", "is always true"},
		{"rate > 100", "write 100/s or 100/min"},
		{"rate > x/s", "is no rate"},
		{"rate > Inf/s", "is no rate"},
		{"rate >= 0/s", "is always true"},
		{"count > 1.5", "whole numbers"},
		{"count < 0", "can never be true"},
		{"max < 0", "can never be true"},
		{"< 1s", `figure ""`},
	}
	for _, test := range tests {
		got, err := threshold.Parse(test.text)
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "threshold: ") {
			t.Errorf("%q: %+v, %v; want an error with %q", test.text, got, err, test.want)
		}
	}
}

func TestPatternError(t *testing.T) {
	if _, err := threshold.Pattern("/items/(", false); err == nil || !strings.Contains(err.Error(), "missing closing )") {
		t.Errorf("a bad pattern: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"p95 < 250ms", "failures < 0.5%", "rate > 100/s", "p99.9<=1h1m", "count > 9"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := threshold.Parse(text)
		if err != nil {
			return
		}
		if math.IsNaN(got.Limit) || math.IsInf(got.Limit, 0) || got.Limit < 0 || got.Quantile < 0 || got.Quantile >= 1 {
			t.Errorf("%q is %+v", text, got)
		}
		if again, err := threshold.Parse(got.Text); err != nil || again.Limit != got.Limit {
			t.Errorf("%q is %q, which is %+v, %v", text, got.Text, again, err)
		}
	})
}
