package stats

import (
	"sync/atomic"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// maxDuration bounds response times, so that no sum of times overflows.
const maxDuration = 365 * 24 * time.Hour

// A Recorder counts the requests of one user. It implements tasks.Recorder.
type Recorder struct {
	shard   *shard
	revoked atomic.Bool
}

var _ tasks.Recorder = (*Recorder)(nil)

// Revoke makes all later requests of the user count as interrupted.
func (r *Recorder) Revoke() { r.revoked.Store(true) }

// Entry returns the handle for a request type and a name. All Recorders of a Stats give
// the same handle for them. Bytes that are not UTF-8 are replaced by U+FFFD.
func (r *Recorder) Entry(method, name string) tasks.Entry {
	return r.shard.stats.entry(entryKey{method, name})
}

// Record counts one finished request in the second in which it ended. A request without a
// start ended now. A negative duration other than tasks.NoResponseTime counts as zero, one
// above a year as a year, a negative length as zero. An unknown handle counts under the
// overflow name.
func (r *Recorder) Record(e tasks.Entry, s tasks.Sample) {
	if r.revoked.Load() {
		r.Interrupt(e)
		return
	}
	d := min(max(s.Duration, 0), maxDuration)
	end := s.Start.UnixNano() + int64(d)
	if s.Start.IsZero() {
		end = time.Now().UnixNano()
	}
	if s.Duration == tasks.NoResponseTime {
		d = s.Duration
	}
	if s.Err != nil {
		r.shard.addFailure(e, s.Err, end, d, max(s.Length, 0))
		return
	}
	r.shard.add(e, noFault, end, d, max(s.Length, 0))
}

// InFlight returns a count of requests that have begun and not ended, of this user and
// some others.
func (r *Recorder) InFlight() *atomic.Int64 { return &r.shard.inFlight }

// Interrupt counts one request that was cut off by the forced end of its user.
func (r *Recorder) Interrupt(e tasks.Entry) {
	r.shard.add(e, interrupted, 0, 0, 0)
}
