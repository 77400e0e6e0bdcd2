// Package record keeps response times finer than reports need them, so that the error of
// a report can be seen.
package record

import (
	"sync/atomic"
	"time"
)

// Times up to the knee fall into steps of 10 µs, longer ones into steps of 1 ms; what is
// beyond a minute counts as a minute.
const (
	fineStep   = 10 * time.Microsecond
	knee       = 200 * time.Millisecond
	coarseStep = time.Millisecond
	longest    = time.Minute

	fineSteps   = int(knee / fineStep)
	coarseSteps = int((longest - knee) / coarseStep)
)

// A Histogram counts response times. The zero Histogram is empty. Its methods may be
// called from several goroutines.
type Histogram struct {
	steps [fineSteps + coarseSteps]atomic.Int64
}

// A Summary is what a generator, or the target, says about the times of a run, in
// milliseconds.
type Summary struct {
	Count int64   `json:"count"`
	P50   float64 `json:"p50_ms"`
	P99   float64 `json:"p99_ms"`
}

// Add counts one response time.
func (h *Histogram) Add(d time.Duration) { h.steps[stepOf(d)].Add(1) }

func stepOf(d time.Duration) int {
	if d < knee {
		return max(0, int(d/fineStep))
	}
	return min(fineSteps+int((d-knee)/coarseStep), fineSteps+coarseSteps-1)
}

// middle is the time in the middle of a step.
func middle(step int) time.Duration {
	if step < fineSteps {
		return time.Duration(step)*fineStep + fineStep/2
	}
	return knee + time.Duration(step-fineSteps)*coarseStep + coarseStep/2
}

// Reset forgets all times.
func (h *Histogram) Reset() {
	for i := range h.steps {
		h.steps[i].Store(0)
	}
}

// Count returns how many times were added.
func (h *Histogram) Count() (n int64) {
	for i := range h.steps {
		n += h.steps[i].Load()
	}
	return n
}

// Quantile returns the time that a share q of all times do not exceed, 0 of an empty
// histogram.
func (h *Histogram) Quantile(q float64) time.Duration {
	rest := int64(q * float64(h.Count()))
	for i := range h.steps {
		n := h.steps[i].Load()
		if n > 0 && rest < n {
			return middle(i)
		}
		rest -= n
	}
	return 0
}

// Summary returns the figures of all times up to now.
func (h *Histogram) Summary() Summary {
	return Summary{Count: h.Count(), P50: ms(h.Quantile(0.50)), P99: ms(h.Quantile(0.99))}
}

func ms(d time.Duration) float64 { return d.Seconds() * 1000 }
