package threshold_test

import (
	"strings"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/threshold"
)

// figures has n requests, all of a time in seconds, over 10 s.
func figures(method, name string, n, failures int, seconds float64) record.Figures {
	f := record.Figures{Method: method, Name: name, Requests: int64(n), Failures: int64(failures)}
	for range n {
		f.ResponseTime.Observe(seconds)
	}
	return f.Over(10)
}

func parsed(t *testing.T, text string) threshold.Threshold {
	t.Helper()
	x, err := threshold.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestEvaluate(t *testing.T) {
	total := figures("", "", 1000, 5, 0.1)
	tests := []struct {
		text  string
		total record.Figures
		want  record.Result
	}{
		{"p95 < 110ms", total, record.Passed},
		{"p95 < 90ms", total, record.Failed},
		{"max < 90ms", total, record.Failed},
		{"min > 90ms", total, record.Passed},
		{"avg < 101ms", total, record.Passed},
		{"failures < 0.5%", total, record.Failed},
		{"failures <= 0.5%", total, record.Passed},
		{"failures <= 0.7%", figures("", "", 1000, 7, 0.1), record.Passed},
		{"failures < 0.7%", figures("", "", 1000, 7, 0.1), record.Failed},
		{"failures >= 1.1%", figures("", "", 1000, 11, 0.1), record.Passed},
		{"failures < 6", total, record.Passed},
		{"failures < 5", total, record.Failed},
		{"rate > 99/s", total, record.Passed},
		{"rate > 101/s", total, record.Failed},
		{"count >= 1000", total, record.Passed},
		{"count > 1000", total, record.Failed},
		// No data never passes.
		{"p95 < 1s", record.Figures{}, record.NoData},
		{"failures < 5", record.Figures{}, record.NoData},
		{"count < 5", record.Figures{}, record.NoData},
		{"rate < 5/s", record.Figures{}, record.NoData},
		{"p50 < 1s", record.Figures{Requests: 100, NoneRequests: 100}, record.NoData},
		{"max < 1s", record.Figures{Requests: 100, NoneRequests: 100}, record.NoData},
		{"p99 < 1s", figures("", "", 99, 0, 0.1), record.NoData},
		{"p99 < 1s", figures("", "", 100, 0, 0.1), record.Passed},
		{"p99.9 < 1s", figures("", "", 999, 0, 0.1), record.NoData},
		{"p99.9 < 1s", figures("", "", 1000, 0, 0.1), record.Passed},
	}
	for _, test := range tests {
		checks := parsed(t, test.text).Evaluate(test.total, nil)
		if len(checks) != 1 || checks[0].Result != test.want || !checks[0].Decides || checks[0].Allowed == nil {
			t.Errorf("%s of %d requests: %+v, want %s", test.text, test.total.Requests, checks, test.want)
		}
		if (checks[0].Seen == nil) != (test.want == record.NoData) {
			t.Errorf("%s: seen %v with %s", test.text, checks[0].Seen, checks[0].Result)
		}
	}
}

func TestScopes(t *testing.T) {
	total := figures("", "", 600, 0, 0.1)
	names := []record.Figures{
		figures("GET", "/items/1", 200, 0, 0.1), figures("GET", "/items/2", 200, 0, 0.3),
		figures("POST", "/items/1", 100, 0, 0.5), figures("GET", "/", 100, 0, 0.01),
	}
	pattern := func(expr string, each bool) threshold.Scope {
		s, err := threshold.Pattern(expr, each)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	tests := []struct {
		name  string
		scope threshold.Scope
		want  string // method, name, requests and result of each check
	}{
		{"total", threshold.Scope{}, "total:pass"},
		{"a name of any method", threshold.Name("", "/items/1"), "/items/1:fail"},
		{"a name of one method", threshold.Name("GET", "/items/1"), "GET /items/1:pass"},
		{"a pattern, together", pattern("/items/.*", false), "/items/.*:fail"},
		{"a pattern is of whole names", pattern("/items", false), "/items:no data"},
		{"a pattern, each", pattern("/items/.*", true), "GET /items/1:pass GET /items/2:fail POST /items/1:fail"},
		{"every name", threshold.Each(), "GET /items/1:pass GET /items/2:fail POST /items/1:fail GET /:pass"},
		{"a name that never was", threshold.Name("", "/item"), "/item:no data"},
	}
	for _, test := range tests {
		x := parsed(t, "p95 < 200ms")
		x.Scope = test.scope
		var got []string
		for _, c := range x.Evaluate(total, names) {
			got = append(got, c.Of()+":"+string(c.Result))
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s: %v, want %s", test.name, got, test.want)
		}
	}
	x := parsed(t, "count >= 300")
	x.Scope = threshold.Name("", "/items/1")
	if c := x.Evaluate(total, names)[0]; c.Result != record.Passed || *c.Seen != 300 {
		t.Errorf("both methods of a name have %v requests: %s", *c.Seen, c.Text)
	}
}

func TestWarn(t *testing.T) {
	x := parsed(t, "p95 < 50ms")
	x.Warn = true
	if c := x.Evaluate(figures("", "", 100, 0, 0.1), nil)[0]; c.Result != record.Warned || c.Decides {
		t.Errorf("a breach that warns: %+v", c)
	}
}

func TestResolves(t *testing.T) {
	tests := []struct {
		text       string
		resolution record.Resolution
		ok         bool
	}{
		{"p95 < 250ms", record.Native, true},
		{"p95 < 30µs", record.Native, true},
		{"p95 < 250ms", record.Locust, true},
		{"p95 < 15ms", record.Locust, true},
		{"p95 < 5ms", record.Locust, false},
		{"max < 500µs", record.Locust, false},
		{"p99.9 < 1s", record.Locust, true},
		{"p97 < 1s", record.Locust, false},
		{"p25 < 1s", record.Locust, false},
		{"p25 < 1s", record.Native, true},
		{"avg < 500µs", record.Locust, true},
		{"failures < 0.1%", record.Locust, true},
		{"p95 < 250ms", record.Classic, false},
		{"avg < 250ms", record.Classic, true},
	}
	for _, test := range tests {
		err := parsed(t, test.text).Resolves(test.resolution)
		if (err == nil) != test.ok {
			t.Errorf("%s from %s: %v", test.text, test.resolution, err)
		}
		if err != nil && !strings.Contains(err.Error(), "native histograms or choose ") {
			t.Errorf("%s: the error does not help: %v", test.text, err)
		}
	}
}

// A breach never looks like what is allowed.
func TestTextOfANearMiss(t *testing.T) {
	near := record.Figures{Requests: 1000}
	near.ResponseTime.Observe(0.1)
	for _, test := range []struct {
		text      string
		rate, avg float64
		want      string
	}{
		{"rate >= 100/s", 99.97, 0.1, "rate of total is 99.97/s, allowed is >= 100/s"},
		{"avg <= 250ms", 100, 0.2504, "avg of total is 250.4ms, allowed is <= 250ms"},
		{"avg <= 1s", 100, 1.00004, "avg of total is 1.00004s, allowed is <= 1s"},
		{"avg < 250ms", 100, 0.25, "avg of total is 250ms, allowed is < 250ms"},
		{"avg < 250ms", 100, 0.3004, "avg of total is 300ms, allowed is < 250ms"},
	} {
		near.Rate, near.Avg = test.rate, test.avg
		if c := parsed(t, test.text).Judge(near); c.Result != record.Failed || c.Text != test.want {
			t.Errorf("%s: %s, %q; want %q", test.text, c.Result, c.Text, test.want)
		}
	}
}
