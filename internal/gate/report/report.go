// Package report shows what became of a run. There is one model, Report, of which the JSON,
// JUnit XML, terminal, HTML and Markdown are views: none has a number that another lacks.
package report

import (
	"time"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// Schema is the version of the report's JSON.
const Schema = 1

// A Report is what there is to show of a run that was judged.
type Report struct {
	Schema     int               `json:"schema"`
	ID         string            `json:"id"`
	Outcome    record.Outcome    `json:"outcome" jsonschema:"enum=PASS,enum=FAIL,enum=INVALID"`
	ExitCode   int               `json:"exit_code"`
	Warned     bool              `json:"warned"`
	Headline   string            `json:"headline"` // the verdict in one sentence
	Reasons    []string          `json:"reasons,omitempty"`
	Baseline   record.Basis      `json:"baseline"`
	Identity   record.Identity   `json:"identity"`
	Plan       record.Plan       `json:"plan"`
	Window     record.Window     `json:"window"`
	Checks     []record.Check    `json:"checks,omitempty"`
	Total      Row               `json:"total"`
	Names      []Row             `json:"names,omitempty"` // those with a failed check first, then by requests
	Series     []record.Point    `json:"series,omitempty"`
	Generator  record.Generator  `json:"generator"`
	Sources    []record.Source   `json:"sources,omitempty"`
	Reconciled record.Reconciled `json:"reconciled"`
	Quantiles  []Quantile        `json:"quantiles,omitempty"` // the distribution of response times
	Trend      []Past            `json:"trend,omitempty"`     // past runs and, last, this one
	Accepted   *record.Accepted  `json:"accepted,omitempty"`
}

// A Row is what was seen of one name, or of all, and what was allowed. Times are in seconds,
// and nil without any response time or with too few.
type Row struct {
	Method       string        `json:"method"`
	Name         string        `json:"name"`
	Requests     int64         `json:"requests"`
	Failures     int64         `json:"failures"`
	FailureRatio *float64      `json:"failure_ratio,omitempty"`
	Bytes        int64         `json:"bytes"`
	Rate         float64       `json:"rate"`
	Min          *float64      `json:"min,omitempty"`
	Avg          *float64      `json:"avg,omitempty"`
	P50          *float64      `json:"p50,omitempty"`
	P95          *float64      `json:"p95,omitempty"`
	P99          *float64      `json:"p99,omitempty"`
	Max          *float64      `json:"max,omitempty"`
	Allowed      []Allowed     `json:"allowed,omitempty"`
	Result       record.Result `json:"result"` // the worst of its checks; empty without any
}

// Allowed is a limit that held for a row.
type Allowed struct {
	Kind     record.CheckKind `json:"kind"`
	Figure   string           `json:"figure"`
	Unit     string           `json:"unit"`
	Operator string           `json:"operator"`
	Expected *float64         `json:"expected,omitempty"` // the baseline's median
	Limit    float64          `json:"limit"`
	Result   record.Result    `json:"result"`
}

// A Quantile is one point of the distribution of response times, in seconds.
type Quantile struct {
	Q    float64  `json:"q"`             // 0.95 for p95
	Seen float64  `json:"seen"`          // in this run
	Low  *float64 `json:"low,omitempty"` // lowest and highest of the baseline's runs; nil without
	Mid  *float64 `json:"mid,omitempty"` // their median
	High *float64 `json:"high,omitempty"`
}

// Past is a run as a point of the trend.
type Past struct {
	ID       string         `json:"id"`
	Started  time.Time      `json:"started"`
	Version  string         `json:"version"`
	Outcome  record.Outcome `json:"outcome"`
	Baseline bool           `json:"baseline"` // this run was compared with it
	Accepted bool           `json:"accepted"` // a new level was accepted with it
	P50      *float64       `json:"p50,omitempty"`
	P95      *float64       `json:"p95,omitempty"`
	Failures *float64       `json:"failures,omitempty"` // ratio
	Rate     float64        `json:"rate"`
}
