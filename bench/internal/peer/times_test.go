//go:build linux

package peer

import (
	"testing"

	"github.com/hopperband/hopperband/bench/internal/record"
)

const wrkText = `Running 5s test @ http://127.0.0.1:1/
  1 threads and 100 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    10.15ms    1.22ms  14.00ms   57.50%
    Req/Sec     9.80k   100.00    10.00k    80.00%
  Latency Distribution
     50%   10.15ms
     75%   11.20ms
     90%  900.00us
     99%   1.20s
  49007 requests in 5.00s, 5.00MB read
`

const heyText = `
Latency distribution:
  10%% in 0.0083 secs
  50%% in 0.0101 secs
  99%% in 0.0125 secs

Status code distribution:
  [200]	9583 responses
`

const locustText = `Type,Name,Request Count,Failure Count,50%,66%,99%
GET,/,10,0,10,11,12
,Aggregated,20,0,20,21,22
`

func TestParsing(t *testing.T) {
	for name, test := range map[string]struct {
		parse func(string) (record.Summary, error)
		text  string
		want  record.Summary
	}{
		"wrk":    {parseWrk, wrkText, record.Summary{Count: 49007, P50: 10.15, P99: 1200}},
		"hey":    {parseHey, heyText, record.Summary{Count: 9583, P50: 10.1, P99: 12.5}},
		"locust": {parseLocust, locustText, record.Summary{Count: 20, P50: 20, P99: 22}},
		"fortio": {
			inJSON(fortioResult.summary), `{"DurationHistogram": {"Count": 5, "Percentiles": [{"Percentile": 50, "Value": 0.5}, {"Percentile": 99, "Value": 2}]}}`,
			record.Summary{Count: 5, P50: 500, P99: 2000},
		},
		"vegeta": {
			inJSON(vegetaResult.summary), `{"requests": 7, "latencies": {"50th": 1500000, "99th": 2000000}}`,
			record.Summary{Count: 7, P50: 1.5, P99: 2},
		},
		"k6": {
			inJSON(k6Result.summary), `{"metrics": {"http_reqs": {"count": 8}, "http_req_duration": {"p(50)": 1.5, "p(99)": 9}}}`,
			record.Summary{Count: 8, P50: 1.5, P99: 9},
		},
		"bare": {inJSON(asItIs), `{"count": 3, "p50_ms": 1, "p99_ms": 2}`, record.Summary{Count: 3, P50: 1, P99: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := test.parse(test.text)
			if err != nil {
				t.Fatal(err)
			}
			for _, pair := range [][2]float64{{float64(got.Count), float64(test.want.Count)}, {got.P50, test.want.P50}, {got.P99, test.want.P99}} {
				if d := pair[0] - pair[1]; d > 1e-9 || d < -1e-9 {
					t.Errorf("%+v, want %+v", got, test.want)
				}
			}
			if _, err := test.parse("it went wrong"); err == nil {
				t.Error("no error for what is no result")
			}
		})
	}
}

func inJSON[T any](summary func(T) record.Summary) func(string) (record.Summary, error) {
	return func(text string) (record.Summary, error) { return readJSON([]byte(text), summary) }
}

func TestChoose(t *testing.T) {
	chosen, err := Choose(All("bin"), []string{"wrk", "hopperband"})
	if err != nil || len(chosen) != 2 || chosen[0].Name != "wrk" || chosen[1].Name != "hopperband" {
		t.Errorf("chosen %v, error %v", chosen, err)
	}
	if _, err := Choose(All("bin"), []string{"wrk", "wrkk"}); err == nil {
		t.Error("no error for an unknown name")
	}
}
