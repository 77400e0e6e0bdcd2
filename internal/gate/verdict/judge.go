package verdict

import (
	"github.com/hopperband/hopperband/internal/gate/baseline"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/threshold"
)

// An Input is all that a verdict depends on.
type Input struct {
	Run        *record.Run
	Thresholds []threshold.Threshold
	// Sliding are the checks of the thresholds with a sliding window, which were watched
	// while the run went on: threshold.Watch has them.
	Sliding  []record.Check
	Limits   Limits
	Baseline baseline.Settings
	History  baseline.History // that was selected for the run
	// First is the run, judged before, whose regression this run is to confirm; nil if none.
	First *record.Run
	// WarnExit is the exit code of a run that passes with a warning; 0 by default.
	WarnExit int
}
