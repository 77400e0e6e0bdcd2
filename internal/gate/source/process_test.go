package source_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/source"
)

// waits is what a process shows of how long goroutines waited for a CPU: counts up to 10 ms,
// 100 ms, and in all.
func waits(counts ...int) string {
	var text strings.Builder
	for i, le := range []string{"0.01", "0.1", "+Inf"} {
		fmt.Fprintf(&text, "go_sched_latencies_seconds_bucket{le=%q} %d\n", le, counts[i])
	}
	return fmt.Sprintf(kind+"%sgo_sched_latencies_seconds_sum 1\ngo_sched_latencies_seconds_count %d\n", text.String(), counts[2])
}

const (
	node = "hopperband_requests_resent_total{node_id=\"a\"} 0\n" // one worker
	ours = node + "hopperband_cpu_ratio 0.5\n"                   // and its process
	kind = "# TYPE go_sched_latencies_seconds histogram\n"
)

func TestCPUWait(t *testing.T) {
	for name, test := range map[string]struct {
		before, after string
		want          *source.Bucket
	}{
		"short":                     {ours + waits(1, 2, 9), ours + waits(100, 101, 108), &source.Bucket{UpTo: 0.01}},
		"between":                   {ours + waits(1, 2, 9), ours + waits(98, 102, 109), &source.Bucket{Above: 0.01, UpTo: 0.1}},
		"long":                      {ours + waits(1, 2, 9), ours + waits(1, 98, 109), &source.Bucket{Above: 0.1, UpTo: math.Inf(1)}},
		"none since":                {ours + waits(1, 2, 9), ours + waits(1, 2, 9), nil},
		"began anew":                {ours + waits(50, 50, 50), ours + waits(1, 2, 2), &source.Bucket{Above: 0.01, UpTo: 0.1}},
		"an old worker":             {ours, ours, nil},
		"since the update":          {ours, ours + waits(0, 1, 1), &source.Bucket{Above: 0.01, UpTo: 0.1}},
		"gone":                      {ours + waits(0, 1, 1), ours, nil},
		"no worker's":               {node, node + waits(0, 0, 9), nil},
		"counts that fall":          {ours, ours + waits(9, 2, 3), &source.Bucket{UpTo: 0.01}},
		"no histogram":              {ours, ours + "go_sched_latencies_seconds NaN\n", nil},
		"no bounds":                 {ours, ours + kind + "go_sched_latencies_seconds_count 3\n", &source.Bucket{UpTo: math.Inf(1)}},
		"a bound that is no number": {ours, ours + strings.ReplaceAll(waits(0, 9, 9), `"0.1"`, `"NaN"`), &source.Bucket{Above: 0.01, UpTo: math.Inf(1)}},
		"a bound below all":         {ours, ours + strings.ReplaceAll(waits(0, 9, 9), `"0.01"`, `"-Inf"`), &source.Bucket{UpTo: 0.1}},
	} {
		answers := make(chan string, 2)
		answers <- test.before
		answers <- test.after
		s := newWorkers(t, &worker{server: serve(t, func() string { return <-answers })})
		before := sample(t, s)
		totals, err := sample(t, s).Since(before)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := totals.CPUWaitP99; (got == nil) != (test.want == nil) || got != nil && *got != *test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

// The process that waits longest counts, also when it is gone.
func TestCPUWaitOfTheWorst(t *testing.T) {
	var all []*worker
	for i, counts := range [][]int{{99, 99, 99}, {0, 9, 9}, {0, 5, 9}, {0, 99, 99}} {
		text := strings.Replace(ours, `"a"`, fmt.Sprintf(`"%d"`, i), 1) + waits(counts...)
		all = append(all, &worker{server: serveText(t, text)})
	}
	s := newWorkers(t, all...)
	earlier := sample(t, s)
	all[2].server.Close()
	for name, now := range map[string]*source.Sample{"there": earlier, "gone": sample(t, s).Merge(earlier)} {
		totals, err := now.Since(&source.Sample{At: now.At.Add(-time.Second)})
		if err != nil {
			t.Fatal(err)
		}
		if got := totals.CPUWaitP99; got == nil || got.Above != 0.1 {
			t.Errorf("%s: %+v, want above 0.1", name, got)
		}
	}
}

// A Prometheus may have other programs in Go under the labels that choose the workers.
func TestPrometheusCPUWait(t *testing.T) {
	bucket := func(instance, le string, n int) string {
		return fmt.Sprintf(`,{"metric":{"__name__":"go_sched_latencies_seconds_bucket","instance":%q,"le":%q},"value":[1,"%d"]}`, instance, le, n)
	}
	s := servePrometheus(t, &scripted{
		seen: []time.Time{time.Unix(1000, 0)},
		series: counters + bucket("x", "+Inf", 9) + bucket("x", "0.1", 9) + bucket("x", "0.01", 1) +
			bucket("other", "0.1", 0) + bucket("other", "+Inf", 9),
	})
	totals, err := sample(t, s).Since(&source.Sample{At: time.Unix(990, 0)})
	if err != nil {
		t.Fatal(err)
	}
	if got := totals.CPUWaitP99; got == nil || *got != (source.Bucket{Above: 0.01, UpTo: 0.1}) {
		t.Errorf("%+v, want above 0.01 up to 0.1: x is a worker, other is none", got)
	}
}
