package threshold

import (
	"fmt"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// Coarsest is the largest relative error with which a limit of time is still judged.
const Coarsest = 0.051

// Resolves returns an error if a source of the given resolution cannot tell which side of
// the limit a response time is on. An average is exact in every source.
func (t Threshold) Resolves(r record.Resolution) error {
	switch t.Figure {
	case Percentile, Min, Max:
	default:
		return nil
	}
	if e := r.Error(t.Limit); e > Coarsest {
		return fmt.Errorf("threshold: %q: the figures come from %s, which know a time of %s to %s only: read the workers' native histograms or choose a longer limit",
			t.Text, r, record.Format(t.Limit, record.Seconds), record.Format(e, record.Ratio))
	}
	return nil
}
