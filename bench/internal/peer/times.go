//go:build linux

package peer

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/hopperband/hopperband/integration/rig"

	"github.com/hopperband/hopperband/bench/internal/record"
)

// readJSON reads what a peer has written into a value, and turns that into a summary.
func readJSON[T any](text []byte, summary func(T) record.Summary) (record.Summary, error) {
	var v T
	if err := json.Unmarshal(text, &v); err != nil {
		return record.Summary{}, fmt.Errorf("%.80q: %w", text, err)
	}
	return summary(v), nil
}

func readFile[T any](file string, summary func(T) record.Summary) (record.Summary, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return record.Summary{}, err
	}
	return readJSON(text, summary)
}

func asItIs(s record.Summary) record.Summary { return s }

func bareTimes(p *rig.Process, _ string) (record.Summary, error) {
	return readJSON([]byte(p.Log()), asItIs)
}

// wrkTimes reads wrk's "50%  10.14ms" lines and its "N requests in".
func wrkTimes(p *rig.Process, _ string) (record.Summary, error) { return parseWrk(p.Log()) }

func parseWrk(text string) (s record.Summary, err error) {
	figures := regexp.MustCompile(`(?s)\s50%\s+(\S+)\s.*\s99%\s+(\S+)\s.*\s(\d+) requests in `).FindStringSubmatch(text)
	if figures == nil {
		return s, fmt.Errorf("no distribution in %q", text)
	}
	p50, err := time.ParseDuration(figures[1])
	if err != nil {
		return s, err
	}
	p99, err := time.ParseDuration(figures[2])
	if err != nil {
		return s, err
	}
	n, err := strconv.ParseInt(figures[3], 10, 64)
	return record.Summary{Count: n, P50: p50.Seconds() * 1000, P99: p99.Seconds() * 1000}, err
}

// heyTimes reads hey's "50% in 0.0101 secs" lines and its "[200]	N responses".
func heyTimes(p *rig.Process, _ string) (record.Summary, error) { return parseHey(p.Log()) }

func parseHey(text string) (s record.Summary, err error) {
	figures := regexp.MustCompile(`(?s)\s50%%? in (\S+) secs.*\s99%%? in (\S+) secs.*\[200\]\s+(\d+) responses`).FindStringSubmatch(text)
	if figures == nil {
		return s, fmt.Errorf("no distribution in %q", text)
	}
	var n [3]float64
	for i := range n {
		if n[i], err = strconv.ParseFloat(figures[i+1], 64); err != nil {
			return s, err
		}
	}
	return record.Summary{Count: int64(n[2]), P50: n[0] * 1000, P99: n[1] * 1000}, nil
}

type fortioResult struct {
	DurationHistogram struct {
		Count       int64
		Percentiles []struct{ Percentile, Value float64 }
	}
}

func (f fortioResult) summary() record.Summary {
	s := record.Summary{Count: f.DurationHistogram.Count}
	for _, p := range f.DurationHistogram.Percentiles {
		switch p.Percentile {
		case 50:
			s.P50 = p.Value * 1000
		case 99:
			s.P99 = p.Value * 1000
		}
	}
	return s
}

func fortioTimes(_ *rig.Process, output string) (record.Summary, error) {
	return readFile(output, fortioResult.summary)
}

type vegetaResult struct {
	Requests  int64
	Latencies struct {
		P50 int64 `json:"50th"`
		P99 int64 `json:"99th"`
	}
}

func (v vegetaResult) summary() record.Summary {
	return record.Summary{Count: v.Requests, P50: float64(v.Latencies.P50) / 1e6, P99: float64(v.Latencies.P99) / 1e6}
}

func vegetaTimes(bin string) func(*rig.Process, string) (record.Summary, error) {
	return func(_ *rig.Process, output string) (record.Summary, error) {
		text, err := exec.Command(filepath.Join(bin, "vegeta"), "report", "-type", "json", output).Output()
		if err != nil {
			return record.Summary{}, err
		}
		return readJSON(text, vegetaResult.summary)
	}
}

type k6Result struct {
	Metrics struct {
		Reqs struct {
			Count int64 `json:"count"`
		} `json:"http_reqs"`
		Duration struct {
			P50 float64 `json:"p(50)"`
			P99 float64 `json:"p(99)"`
		} `json:"http_req_duration"`
	} `json:"metrics"`
}

func (k k6Result) summary() record.Summary {
	return record.Summary{Count: k.Metrics.Reqs.Count, P50: k.Metrics.Duration.P50, P99: k.Metrics.Duration.P99}
}

func k6Times(_ *rig.Process, output string) (record.Summary, error) {
	return readFile(output, k6Result.summary)
}

// parseLocust reads the sum of a master's CSV of requests (locust/stats.py,
// StatsCSV), whose times are rounded to two digits.
func parseLocust(text string) (s record.Summary, err error) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) < 2 {
		return s, fmt.Errorf("statistics %q: %w", text, err)
	}
	sum := map[string]float64{}
	for i, name := range rows[0] {
		sum[name], _ = strconv.ParseFloat(rows[len(rows)-1][i], 64) // names are no figures
	}
	return record.Summary{Count: int64(sum["Request Count"]), P50: sum["50%"], P99: sum["99%"]}, nil
}
