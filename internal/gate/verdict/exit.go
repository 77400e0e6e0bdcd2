// Package verdict judges a run: by what makes it valid, by its thresholds, and by the runs
// before it. It is pure: it reads no clock, no file and no network.
package verdict

// The exit codes of the gate.
const (
	ExitPass        = 0
	ExitInternal    = 1   // an error of the gate's own
	ExitUsage       = 2   // flags or plan
	ExitThreshold   = 3   // a threshold was not met
	ExitRegression  = 4   // worse than the baseline
	ExitInvalid     = 5   // the run says nothing about what was tested
	ExitNoBaseline  = 6   // a baseline is required, and there is none
	ExitUnreachable = 7   // the master, Prometheus or what is tested could not be reached
	ExitInterrupted = 130 // SIGINT
	ExitTerminated  = 143 // SIGTERM
)
