package record

import (
	"errors"
	"slices"
)

// An Outcome is how a run was judged.
type Outcome string

// The outcomes. An invalid run says nothing about what was tested.
const (
	Pass    Outcome = "PASS"
	Fail    Outcome = "FAIL"
	Invalid Outcome = "INVALID"
)

// A Verdict is the judgement of one run.
type Verdict struct {
	Outcome  Outcome  `json:"outcome" jsonschema:"enum=PASS,enum=FAIL,enum=INVALID"`
	ExitCode int      `json:"exit_code"`
	Warned   bool     `json:"warned"` // a check warns
	Reasons  []string `json:"reasons,omitempty"`
	Checks   []Check  `json:"checks,omitempty"`
	Baseline Basis    `json:"baseline"`
	// Confirms is the ID of the run whose regression this run was to confirm; empty if none.
	Confirms string `json:"confirms"`
	// Unconfirmed tells that the run fails for a regression that no second run confirmed yet.
	Unconfirmed bool `json:"unconfirmed"`
}

// Check refuses words that no gate writes, since views show them as they stand.
func (v *Verdict) Check() error {
	known := slices.Contains([]Outcome{Pass, Fail, Invalid}, v.Outcome) &&
		slices.Contains([]BasisState{"", BaselineOff, NoBaseline, LowConfidence, Compared}, v.Baseline.State)
	for _, c := range v.Checks {
		known = known && slices.Contains([]CheckKind{ValidityCheck, ThresholdCheck, BaselineCheck}, c.Kind) &&
			slices.Contains([]Result{Passed, Warned, Failed, NoData, Unknown, Advises}, c.Result) &&
			slices.Contains([]string{"", "<", "<=", ">", ">="}, c.Operator)
	}
	if !known {
		return errors.New("record: the verdict has a word that no gate writes")
	}
	return nil
}

// A Basis says with what a run was compared.
type Basis struct {
	State  BasisState `json:"state" jsonschema:"enum=OFF,enum=NO BASELINE,enum=LOW CONFIDENCE,enum=COMPARED"`
	Branch string     `json:"branch"`         // whose runs these are
	Runs   []string   `json:"runs,omitempty"` // IDs, the newest first
	Why    string     `json:"why"`            // why there are none or few
}

// A BasisState says how well a run could be compared.
type BasisState string

// The states of a basis.
const (
	BaselineOff   BasisState = "OFF"
	NoBaseline    BasisState = "NO BASELINE"
	LowConfidence BasisState = "LOW CONFIDENCE" // fewer than 3 runs
	Compared      BasisState = "COMPARED"
)

// A CheckKind is what a check is about.
type CheckKind string

// The kinds of checks.
const (
	ValidityCheck  CheckKind = "validity"
	ThresholdCheck CheckKind = "threshold"
	BaselineCheck  CheckKind = "baseline"
)

// A Result is how a check ended.
type Result string

// The results. A check without data never passes.
const (
	Passed  Result = "pass"
	Warned  Result = "warn"
	Failed  Result = "fail"
	NoData  Result = "no data"
	Unknown Result = "unknown" // a fact that no source knows; it neither passes nor fails
	Advises Result = "advises" // beyond its limit, but it does not decide
)

// Units of a check's values.
const (
	Seconds   = "seconds"
	Ratio     = "ratio" // 1 is all
	PerSecond = "per second"
	Count     = "count"
	Bytes     = "bytes"
)

// A Check is one comparison of a value seen with what is allowed.
type Check struct {
	Kind     CheckKind `json:"kind" jsonschema:"enum=validity,enum=threshold,enum=baseline"`
	Check    string    `json:"check"`  // what is checked, such as "p95 < 250ms"
	Method   string    `json:"method"` // of the requests; both empty: of all
	Name     string    `json:"name"`
	Window   float64   `json:"window_seconds,omitempty"` // of a sliding window; 0: the whole plateau
	Figure   string    `json:"figure"`                   // such as "p95"
	Unit     string    `json:"unit"`                     // of the values
	Operator string    `json:"operator"`                 // how the value seen has to stand to the allowed one
	Expected *float64  `json:"expected,omitempty"`       // the baseline's median; nil if there is none
	Seen     *float64  `json:"seen,omitempty"`           // nil without data
	Allowed  *float64  `json:"allowed,omitempty"`
	Result   Result    `json:"result" jsonschema:"enum=pass,enum=warn,enum=fail,enum=no data,enum=unknown,enum=advises"`
	Decides  bool      `json:"decides"` // its failure is the run's
	Text     string    `json:"text"`    // one sentence
}

// Of returns what the check is of: "total" or the method and name.
func (c Check) Of() string { return Figures{Method: c.Method, Name: c.Name}.Label() }
