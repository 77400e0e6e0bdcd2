// Package baseline compares a run with those before it, and keeps them.
package baseline

import "github.com/hopperband/hopperband/internal/gate/record"

// Settings say how runs are compared: begin with Defaults.
type Settings struct {
	Off      bool
	Required bool    // without a baseline the run fails
	Runs     int     // how many past runs make the baseline
	Percent  float64 // smallest difference that counts, as a part of the median
	// Smallest differences that count, absolute.
	TimeFloor     float64 // seconds
	FailuresFloor float64 // as a part of the requests
	RateFloor     float64 // requests per second
	// Deciding are the names that decide besides the total: "GET /items" or, of any method,
	// "/items". The others advise.
	Deciding  []string
	Warned    bool // runs that passed with a warning belong to the baseline too
	NoConfirm bool // a regression fails at once, without a second run
}

// Defaults returns the settings that hold unless a plan says otherwise.
func Defaults() Settings {
	return Settings{Runs: 7, Percent: 0.05, TimeFloor: 0.001, FailuresFloor: 0.001, RateFloor: 0.5}
}

// A History is the runs with which one is compared.
type History struct {
	Runs   []*record.Run // the newest first
	Branch string        // whose runs these are
	Why    string        // why there are none or few; empty if there are enough
}
