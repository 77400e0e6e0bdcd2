// Package threshold is what a plan demands of the figures of a run, such as "p95 < 250ms".
package threshold

import (
	"regexp"
	"time"
)

// A Threshold is one demand. A figure without data never meets it.
type Threshold struct {
	Text     string   // as written, such as "p95 < 250ms"
	Figure   Figure   // what is compared
	Quantile float64  // of Percentile: 0.95 for p95
	Operator Operator // how the figure has to stand to the limit
	Limit    float64  // in the figure's unit: seconds, a ratio, per second, or a count

	Scope  Scope
	Window time.Duration // of a sliding window; 0: the whole plateau
	Warn   bool          // a breach warns only
	Abort  bool          // a breach that does not only warn stops the run at once, Grace after the first observation
	Grace  time.Duration
}

// String returns the text, and the length of a sliding window: "p95 < 250ms in any 30s".
func (t Threshold) String() string {
	if t.Window == 0 {
		return t.Text
	}
	return t.Text + " in any " + t.Window.String()
}

// A Figure is what a threshold compares.
type Figure string

// The figures.
const (
	Percentile   Figure = "p"        // "p50", "p99.9": of the response times, failed requests included
	Min          Figure = "min"      // shortest response time
	Max          Figure = "max"      // longest response time
	Avg          Figure = "avg"      // average response time
	FailureRatio Figure = "failures" // "failures < 0.5%"
	Failures     Figure = "failed"   // "failures < 5"
	Rate         Figure = "rate"     // requests per second
	Count        Figure = "count"    // requests
)

// An Operator is how a figure has to stand to its limit.
type Operator string

// The operators.
const (
	Below   Operator = "<"
	AtMost  Operator = "<="
	Above   Operator = ">"
	AtLeast Operator = ">="
)

// Holds tells whether a value stands to the limit as the operator demands.
func (o Operator) Holds(value, limit float64) bool {
	switch o {
	case Below:
		return value < limit
	case AtMost:
		return value <= limit
	case Above:
		return value > limit
	case AtLeast:
		return value >= limit
	}
	return false
}

// A Scope says of which requests a threshold is. The zero value is all of them.
type Scope struct {
	Method string // with a name: of this method only
	Name   string // exactly this name
	// Pattern matches names as a whole. Without Each it is of all matching names together.
	Pattern *regexp.Regexp
	Each    bool // of every name by itself, or of every one that matches the pattern
}

// Name is the scope of one name, of any method if that is empty.
func Name(method, name string) Scope { return Scope{Method: method, Name: name} }

// Each is the scope of every name by itself.
func Each() Scope { return Scope{Each: true} }

// Pattern is the scope of the names that match a regular expression as a whole, together or,
// with each, every one by itself.
func Pattern(expr string, each bool) (Scope, error) {
	re, err := regexp.Compile("^(?:" + expr + ")$")
	if err != nil {
		return Scope{}, badPattern(expr, err)
	}
	return Scope{Pattern: re, Each: each}, nil
}
