package record

// Generator is what is known of the workers that generated the load. What could not be
// learned is nil.
type Generator struct {
	WorkersExpected int `json:"workers_expected"`
	WorkersSeen     int `json:"workers_seen"` // at most at any time
	WorkersLost     int `json:"workers_lost"`
	UsersWanted     int `json:"users_wanted"`
	UsersReached    int `json:"users_reached"` // fewest on the plateau

	CPUMax           *float64 `json:"cpu_max,omitempty"`                    // of the busiest worker, 1 is all that it may use
	ScheduleLagP99   *float64 `json:"schedule_lag_p99_seconds,omitempty"`   // how late iterations started on the plateau
	ScheduleLagWorst *float64 `json:"schedule_lag_worst_seconds,omitempty"` // p99 of the worst interval
	ScheduleLagMax   *float64 `json:"schedule_lag_max_seconds,omitempty"`
	CPUWaitP99       *float64 `json:"cpu_wait_p99_seconds,omitempty"`      // the workers' goroutines waited more than this for a CPU; it is a bucket's lower bound
	CPUWaitP99Most   *float64 `json:"cpu_wait_p99_most_seconds,omitempty"` // and no more than this, its upper bound; nil if it has none
	WakeUpLagP99     *float64 `json:"wake_up_lag_p99_seconds,omitempty"`   // how late the gate itself woke up there, on the workers' machine
	WakeUpLagMax     *float64 `json:"wake_up_lag_max_seconds,omitempty"`
	MissedIterations *int64   `json:"missed_iterations,omitempty"` // never started, for want of time
	Interrupted      *int64   `json:"interrupted,omitempty"`       // requests cut off by a forced stop
	Resent           *int64   `json:"resent,omitempty"`            // requests that the master may have counted twice
	Unreported       *int64   `json:"unreported,omitempty"`        // requests that the master has not heard of
	ClockSteps       []string `json:"clock_steps,omitempty"`       // in words, such as "worker 1: -2.1s"

	VersionBefore string `json:"version_before"` // of what was tested; empty if unknown
	VersionAfter  string `json:"version_after"`
}

// LateP99 returns the time in seconds by which 99 of 100 reactions of the generator were late
// at most, as far as it is known; else 0.
func (g Generator) LateP99() float64 { return longest(g.ScheduleLagP99, g.WakeUpLagP99) }

// LateWorst returns the same of the worst interval between two looks.
func (g Generator) LateWorst() float64 { return max(g.LateP99(), longest(g.ScheduleLagWorst)) }

// LateMax returns the same of all reactions.
func (g Generator) LateMax() float64 { return longest(g.ScheduleLagMax, g.WakeUpLagMax) }

func longest(times ...*float64) float64 {
	most := 0.0
	for _, t := range times {
		if t != nil {
			most = max(most, *t)
		}
	}
	return most
}

// Kinds of sources.
const (
	SourceWorkers    = "workers"    // the workers' own endpoints
	SourcePrometheus = "prometheus" // the workers' metrics as a Prometheus has them
	SourceMaster     = "master"     // the master's statistics
)

// A Source is where counts came from.
type Source struct {
	Kind     string `json:"kind" jsonschema:"enum=workers,enum=prometheus,enum=master"`
	Address  string `json:"address"` // without secrets
	Requests int64  `json:"requests"`
	Failures int64  `json:"failures"`
	// Figures tells that the record's figures are from this source.
	Figures    bool       `json:"figures"`
	Resolution Resolution `json:"resolution"`
}

// Reconciled is what two sources counted over the same time, which has to be the same.
type Reconciled struct {
	Compared bool      `json:"compared"` // false: there was one source only
	Kinds    [2]string `json:"kinds"`
	Requests [2]int64  `json:"requests"`
	Failures [2]int64  `json:"failures"`
	// Explained is the number of requests by which they may differ: resent, unreported, and
	// those under way while one source was read after the other.
	Explained int64  `json:"explained"`
	Problem   string `json:"problem"` // why they could not be compared; empty if they were
}
