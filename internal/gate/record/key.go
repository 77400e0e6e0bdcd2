package record

import "fmt"

// A Key says which runs can be compared: those whose keys are equal.
type Key struct {
	Plan            string  `json:"plan"` // digest
	Users           int     `json:"users"`
	DurationSeconds float64 `json:"duration_seconds"`
	Workers         int     `json:"workers"`
	Environment     string  `json:"environment"`
}

// Key returns the run's comparability key.
func (r *Run) Key() Key {
	return Key{
		Plan: r.Plan.Digest, Users: r.Plan.Users, DurationSeconds: r.Plan.DurationSeconds,
		Workers: r.Plan.Workers, Environment: r.Identity.Environment,
	}
}

// Differences names what keeps two runs from being compared, such as "users 100, here 200";
// nothing if they can be.
func (k Key) Differences(o Key) []string {
	var all []string
	add := func(differ bool, what string, theirs, ours any) {
		if differ {
			all = append(all, fmt.Sprintf("%s %v, here %v", what, theirs, ours))
		}
	}
	add(k.Plan != o.Plan, "plan", o.Plan, k.Plan)
	add(k.Users != o.Users, "users", o.Users, k.Users)
	add(k.DurationSeconds != o.DurationSeconds, "duration in seconds", o.DurationSeconds, k.DurationSeconds)
	add(k.Workers != o.Workers, "workers", o.Workers, k.Workers)
	add(k.Environment != o.Environment, "environment", fmt.Sprintf("%q", o.Environment), fmt.Sprintf("%q", k.Environment))
	return all
}
