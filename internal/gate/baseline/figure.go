package baseline

import (
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/threshold"
)

// A figure is what runs are compared by.
type figure struct {
	name  string
	unit  string
	lower bool // the bad direction is down
	of    func(record.Figures) (float64, bool)
}

func figures() []figure {
	return []figure{
		{"p50", record.Seconds, false, percentile(0.5)},
		{"p95", record.Seconds, false, percentile(0.95)},
		{"failures", record.Ratio, false, record.Figures.FailureRatio},
		{"rate", record.PerSecond, true, func(f record.Figures) (float64, bool) { return f.Rate, f.Requests > 0 }},
	}
}

// percentile is none with too few requests for it.
func percentile(q float64) func(record.Figures) (float64, bool) {
	return func(f record.Figures) (float64, bool) {
		if f.ResponseTime.Count() < threshold.LeastRequests(q) {
			return 0, false
		}
		return f.ResponseTime.Quantile(q)
	}
}
