package threshold

import (
	"fmt"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// Coarsest is the largest relative error with which a limit of time is still judged.
const Coarsest = 0.051

// Resolves returns an error if a source of the given resolution cannot tell which side of
// the limit a response time is on, or does not know the percentile. An average is exact in every
// source.
func (t Threshold) Resolves(r record.Resolution) error {
	switch t.Figure {
	case Percentile, Min, Max:
	default:
		return nil
	}
	if t.Figure == Percentile && !r.Knows(t.Quantile) {
		return fmt.Errorf("threshold: %q: the figures come from %s, which have p50, p66, p75, p80, p90, p95, p98, p99, p99.9 and p99.99 only: read the workers' native histograms or choose one of these",
			t.Text, r)
	}
	if e := r.Error(t.Limit); e > Coarsest {
		return fmt.Errorf("threshold: %q: the figures come from %s, which know a time of %s to %s only: read the workers' native histograms or choose a longer limit",
			t.Text, r, record.Format(t.Limit, record.Seconds), record.Format(e, record.Ratio))
	}
	return nil
}
