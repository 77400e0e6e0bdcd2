package push_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/snappy"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/hopperband/hopperband/internal/gate/push"
	"github.com/hopperband/hopperband/internal/gate/record"
)

// fields calls back for each field of a protobuf message.
func fields(t *testing.T, message []byte, each func(n protowire.Number, value []byte, fixed uint64)) {
	t.Helper()
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		message = message[n:]
		var value []byte
		var fixed uint64
		switch kind {
		case protowire.BytesType:
			value, n = protowire.ConsumeBytes(message)
		case protowire.Fixed64Type:
			fixed, n = protowire.ConsumeFixed64(message)
		default:
			n = protowire.ConsumeFieldValue(number, kind, message)
		}
		if n < 0 {
			t.Fatal(protowire.ParseError(n))
		}
		each(number, value, fixed)
		message = message[n:]
	}
}

// A receiver keeps the series that were written, as text, with their values.
type receiver struct {
	*httptest.Server
	series chan map[string]float64
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{series: make(chan map[string]float64, 1)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		text, err := snappy.Decode(nil, body)
		if err != nil {
			t.Error(err)
		}
		all := map[string]float64{}
		fields(t, text, func(_ protowire.Number, series []byte, _ uint64) {
			name, value := one(t, series)
			all[name] = value
		})
		r.series <- all
	}))
	t.Cleanup(r.Close)
	return r
}

func TestPush(t *testing.T) {
	r := newReceiver(t)
	seen, limit, mid := 0.3, 0.25, 0.2
	run := &record.Run{
		ID: "run-1", Plan: record.Plan{Name: "shop"},
		Identity: record.Identity{Environment: "staging", Branch: "main\x1b", Version: "1.2", Ended: time.Unix(1700000000, 0)},
		Verdict: &record.Verdict{Outcome: record.Fail, Checks: []record.Check{
			{Kind: record.ThresholdCheck, Check: "p95 < 250ms", Figure: "p95", Seen: &seen, Allowed: &limit, Expected: &mid, Result: record.Failed, Decides: true},
			{Kind: record.BaselineCheck, Check: "p50", Method: "GET", Name: "/advises", Figure: "p50", Seen: &seen, Result: record.Advises},
			{Kind: record.ValidityCheck, Check: "clocks", Result: record.Unknown},
		}},
	}
	if err := (push.Config{URL: r.URL + "/api/v1/write"}).Push(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	got := <-r.series
	const of = `branch="main\\x1b" environment="staging" job="hopperband_gate" plan="shop"`
	const check = `branch="main\\x1b" check="p95 < 250ms" environment="staging" figure="p95" job="hopperband_gate" kind="threshold" plan="shop"`
	want := map[string]float64{
		`hopperband_run_verdict ` + of + ` verdict="pass"`:                                               0,
		`hopperband_run_verdict ` + of + ` verdict="fail"`:                                               1,
		`hopperband_run_verdict ` + of + ` verdict="invalid"`:                                            0,
		`hopperband_run_timestamp_seconds ` + of + ` run_id="run-1" tested_version="1.2" verdict="fail"`: 1700000000,
		`hopperband_check_passed ` + check:                                                               0,
		`hopperband_check_value ` + check:                                                                0.3,
		`hopperband_check_limit ` + check:                                                                0.25,
		`hopperband_baseline_value ` + check:                                                             0.2,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("written:\n%v, want\n%v", lines(got), lines(want))
	}
}

// A run of 10 000 names is no flood of series, and its failures come first.
func TestPushOfManyNames(t *testing.T) {
	r := newReceiver(t)
	run := &record.Run{Verdict: &record.Verdict{Outcome: record.Fail}}
	value := 1.0
	for i := range 10000 {
		c := record.Check{Kind: record.ThresholdCheck, Check: "p95 < 1s", Name: fmt.Sprint("/", i), Seen: &value, Allowed: &value, Result: record.Passed, Decides: true}
		if i == 9999 {
			c.Result = record.Failed
		}
		run.Verdict.Checks = append(run.Verdict.Checks, c, c) // twice, as two windows have it
	}
	if err := (push.Config{URL: r.URL}).Push(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	got := <-r.series
	if len(got) > 2000 || !strings.Contains(lines(got), `name="/9999"`) {
		t.Errorf("%d series", len(got))
	}
}

func TestPushTellsNoSecret(t *testing.T) {
	for _, address := range []string{"http://u:s3cr3t@127.0.0.1:1/w", "s3cr3t://x", "http://127.0.0.1:1/w"} {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond) // it would try again for longer
		err := push.Config{URL: address}.Push(ctx, &record.Run{Verdict: &record.Verdict{}})
		cancel()
		if err == nil || strings.Contains(err.Error(), "u:s3cr3t@") {
			t.Errorf("%s: %v", address, err)
		}
	}
}
