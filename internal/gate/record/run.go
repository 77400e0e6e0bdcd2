// Package record is what the gate knows about one run of a load test: one JSON file, from
// which every report is made and with which later runs are compared.
package record

import "time"

// Schema is the version of the record's JSON. A change that an older gate would misread
// raises it.
const Schema = 1

// A Run is the record of one run. In its JSON, which record.schema.json describes, what is
// unknown or none is left out.
type Run struct {
	Schema     int        `json:"schema"`
	ID         string     `json:"id"` // unique among all runs, and a file's name: see NewID
	Identity   Identity   `json:"identity"`
	Plan       Plan       `json:"plan"`
	Window     Window     `json:"window"`
	Total      Figures    `json:"total"`
	Names      []Figures  `json:"names,omitempty"`
	Series     []Point    `json:"series,omitempty"`
	Generator  Generator  `json:"generator"`
	Sources    []Source   `json:"sources,omitempty"`
	Reconciled Reconciled `json:"reconciled"`
	Verdict    *Verdict   `json:"verdict,omitempty"` // nil before the run is judged
	Accepted   *Accepted  `json:"accepted,omitempty"`
}

// Identity says what was tested, for whom and by what.
type Identity struct {
	Version       string    `json:"version"`     // of what was tested
	Environment   string    `json:"environment"` // in which it ran, such as "staging"
	Branch        string    `json:"branch"`
	TargetBranch  string    `json:"target_branch"`  // of a pull or merge request; else empty
	DefaultBranch string    `json:"default_branch"` // of the repository
	Commit        string    `json:"commit"`
	Request       string    `json:"request"` // number of the pull or merge request
	Build         string    `json:"build"`   // link to the pipeline's run
	Started       time.Time `json:"started"`
	Ended         time.Time `json:"ended"`
	Gate          string    `json:"gate"` // version of the gate
}

// Plan is the load that was asked for.
type Plan struct {
	Name            string   `json:"name"`
	Digest          string   `json:"digest"` // of all in the plan that shapes the load
	Users           int      `json:"users"`
	SpawnRate       float64  `json:"spawn_rate"`
	WarmUpSeconds   float64  `json:"warm_up_seconds"`
	DurationSeconds float64  `json:"duration_seconds"` // of the plateau
	Workers         int      `json:"workers"`
	Host            string   `json:"host"`
	UserClasses     []string `json:"user_classes,omitempty"`
}

// Window is the plateau: the part of the run that the figures are of, warm-up left out.
type Window struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
	// Stopped says why the run ended before its time; empty if it did not. What a stopped
	// run cannot have reached is not held against it.
	Stopped string `json:"stopped"`
}

// Seconds returns the length of the plateau.
func (w Window) Seconds() float64 { return w.End.Sub(w.Start).Seconds() }

// A Point is one moment of the run. Rates are per second since the point before it, times
// are in seconds.
type Point struct {
	T        float64  `json:"t"` // seconds since the start of the run
	Users    int      `json:"users"`
	Rate     float64  `json:"rate"`
	Failures float64  `json:"failures"`
	P50      *float64 `json:"p50,omitempty"` // nil without a response time since the point before
	P95      *float64 `json:"p95,omitempty"`
	P99      *float64 `json:"p99,omitempty"`
}

// Accepted says that this run begins a new level, with which later runs are compared instead
// of what was before.
type Accepted struct {
	By     string    `json:"by"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}
