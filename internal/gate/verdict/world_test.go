package verdict_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/hopperband/hopperband/internal/gate/histogram"
	"github.com/hopperband/hopperband/internal/gate/record"
)

// A world is a target and the machines it is tested on. A run of 180 s makes about 9 000
// requests with log-normal response times around 50 ms, of which 0.2 % fail.
type world struct {
	// noise is the deviation from run to run of the logarithm of the response time and,
	// independently, of the rate; for each name on its own.
	noise float64
	// drift is the deviation of the logarithm of the response time within a run. From second to
	// second 0.9 of it stays.
	drift  float64
	slower float64 // by what factor the response time of the new version is longer
	names  int     // that decide besides the total
	runs   int     // in the history; 0: as many as wanted
}

const (
	seconds   = 180
	perSecond = 50
	location  = 0.05 // median response time
	spread    = 0.3  // deviation of the logarithm of the response times
	failing   = 0.002
)

func nameOf(i int) string { return fmt.Sprintf("/name/%d", i) }

// run draws one run of a version that is slower by a factor.
func (w world) run(r *rand.Rand, slower float64) *record.Run {
	run := &record.Run{
		ID:        "run",
		Window:    record.Window{Start: time.Unix(0, 0), End: time.Unix(seconds, 0)},
		Generator: record.Generator{UsersWanted: 10, UsersReached: 10, WorkersExpected: 1, WorkersSeen: 1},
		Sources:   []record.Source{{Kind: record.SourceWorkers, Figures: true, Resolution: record.Native}},
		Total:     w.figures(r, slower),
	}
	for i := range w.names {
		f := w.figures(r, slower)
		f.Name = nameOf(i)
		run.Names = append(run.Names, f)
	}
	return run
}

const (
	perDoubling = 32
	lowest      = -320 // 2^(-320/32) s is 1 ms
	buckets     = 480
)

// figures draws the counts of each bucket.
func (w world) figures(r *rand.Rand, slower float64) record.Figures {
	median := math.Log(location*slower) + w.noise*r.NormFloat64()
	rate := perSecond * math.Exp(w.noise*r.NormFloat64())
	var counts [buckets]int64
	for _, drift := range w.drifts(r) {
		w.draw(r, &counts, median+drift.shift, rate*drift.seconds)
	}
	f := record.Figures{Rate: rate}
	list := make([]histogram.Bucket, 0, 256)
	for i, n := range counts {
		if n > 0 {
			list = append(list, histogram.Bucket{Index: i + lowest, Count: n})
			f.Requests += n
		}
	}
	f.Failures = poisson(r, failing*float64(f.Requests))
	f.ResponseTime, _ = histogram.New(list, 0, 0)
	return f
}

type drift struct{ shift, seconds float64 }

// drifts draws the shift of each block of ten seconds, or of the run as a whole.
func (w world) drifts(r *rand.Rand) []drift {
	if w.drift == 0 {
		return []drift{{0, seconds}}
	}
	const block = 10
	kept := math.Pow(0.9, block)
	shift := w.drift * r.NormFloat64()
	var all []drift
	for range seconds / block {
		shift = kept*shift + w.drift*math.Sqrt(1-kept*kept)*r.NormFloat64()
		all = append(all, drift{shift, block})
	}
	return all
}

// draw adds the requests of some time to the counts.
func (w world) draw(r *rand.Rand, counts *[buckets]int64, median, requests float64) {
	bound := func(index float64) float64 { return index * math.Ln2 / perDoubling }
	index := func(log float64) int { return int(math.Ceil(log / math.Ln2 * perDoubling)) }
	first, last := index(median-3.5*spread), index(median+3.5*spread)
	below := 0.0
	for i := first; i <= last; i++ {
		upTo := 0.5 * math.Erfc((median-bound(float64(i)))/spread/math.Sqrt2)
		counts[i-lowest] += poisson(r, requests*(upTo-below))
		below = upTo
	}
}

// poisson draws a count around a mean, rounded from a normal distribution if that is large.
func poisson(r *rand.Rand, mean float64) int64 {
	if mean > 15 {
		return max(0, int64(math.Round(mean+math.Sqrt(mean)*r.NormFloat64())))
	}
	limit := math.Exp(-mean)
	n := int64(0)
	for p := r.Float64(); p > limit; p *= r.Float64() {
		n++
	}
	return n
}
