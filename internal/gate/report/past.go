package report

import (
	"slices"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// basis returns those of past runs with which the run was compared.
func basis(b record.Basis, past []*record.Run) []*record.Run {
	var runs []*record.Run
	for _, r := range past {
		if slices.Contains(b.Runs, r.ID) {
			runs = append(runs, r)
		}
	}
	return runs
}

func shownQuantiles() []float64 {
	return []float64{
		0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9,
		0.925, 0.95, 0.96, 0.97, 0.98, 0.99, 0.995, 0.999,
	}
}

// quantiles returns the distribution of the run beside that of the baseline's runs.
func quantiles(run *record.Run, compared []*record.Run) []Quantile {
	var all []Quantile
	for _, q := range shownQuantiles() {
		seen := quantile(run.Total, q)
		if seen == nil || !run.Resolution().Knows(q) {
			continue
		}
		point := Quantile{Q: q, Seen: *seen}
		var values []float64
		for _, r := range compared {
			if v := quantile(r.Total, q); v != nil {
				values = append(values, *v)
			}
		}
		if n := len(values); n > 0 {
			slices.Sort(values)
			mid := (values[n/2] + values[(n-1)/2]) / 2
			point.Low, point.Mid, point.High = &values[0], &mid, &values[n-1]
		}
		all = append(all, point)
	}
	return all
}

// mostPast is how many past runs a trend shows.
const mostPast = 50

func trend(run *record.Run, b record.Basis, past []*record.Run) []Past {
	var all []Past
	for _, r := range past[:min(len(past), mostPast)] {
		if r.ID != run.ID {
			all = append(all, pastOf(r, b))
		}
	}
	slices.Reverse(all)
	return append(all, pastOf(run, b))
}

func pastOf(r *record.Run, b record.Basis) Past {
	p := Past{
		ID: r.ID, Started: r.Identity.Started, Version: r.Identity.Version, Outcome: record.Invalid,
		Baseline: slices.Contains(b.Runs, r.ID), Accepted: r.Accepted != nil,
		P50: quantile(r.Total, 0.5), P95: quantile(r.Total, 0.95), Rate: r.Total.Rate,
	}
	if r.Verdict != nil {
		p.Outcome = r.Verdict.Outcome
	}
	if v, ok := r.Total.FailureRatio(); ok {
		p.Failures = &v
	}
	return p
}
