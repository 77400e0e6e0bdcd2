package baseline

import "github.com/hopperband/hopperband/internal/gate/record"

// trendRuns is how many runs a trend has at most.
const trendRuns = 50

// Trend returns the newest runs before one that have its comparability key and are of its
// own branch or of that with which it was compared, whatever became of them, the newest
// first. Files that cannot be read are left out.
func (s *Store) Trend(run *record.Run) []*record.Run {
	branches := map[string]bool{run.Identity.Branch: true}
	if run.Verdict != nil {
		branches[run.Verdict.Baseline.Branch] = true
	}
	var past []*record.Run
	for r, err := range s.Runs() {
		if err != nil || r.ID >= run.ID || r.Key() != run.Key() || !branches[r.Identity.Branch] {
			continue
		}
		if past = append(past, r); len(past) == trendRuns {
			break
		}
	}
	return past
}
