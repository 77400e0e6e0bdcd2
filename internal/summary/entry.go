package summary

import (
	"cmp"
	"slices"

	"github.com/hopperband/hopperband/protocol"
)

// Locust's rates are of ten seconds, those from 12 to 2 seconds before the last request of
// all (locust/stats.py, current_rps); its current response times of about ten seconds too.
const (
	rateFrom   = 12
	rateTo     = 2
	keptFor    = 30 // seconds that rates may still look at
	windowSize = 10
	snapshots  = windowSize + 10
)

// An entry is what is known of the requests of one name and method. Times are in
// milliseconds, dates in Unix seconds.
type entry struct {
	name, method                     string
	keep                             Keep
	requests, none, failures, length int64
	sum, max                         float64
	min, last                        protocol.NullFloat
	start                            float64
	times, perSecond, failedSecond   []protocol.Count // by key
	past                             []snapshot       // oldest first
}

// A snapshot are the response times up to some second.
type snapshot struct {
	second int64
	timed  int64
	times  []protocol.Count
}

func newEntry(name, method string, start float64, keep Keep) *entry {
	e := &entry{name: name, method: method, start: start, keep: keep}
	e.remember(int64(start))
	return e
}

// extend adds what a worker reports (locust/stats.py, StatsEntry.extend).
func (e *entry) extend(o *protocol.StatsEntry) {
	before := int64(e.last.Float64)
	if o.LastRequestTimestamp.Valid && o.LastRequestTimestamp.Float64 > e.last.Float64 {
		e.last = o.LastRequestTimestamp
	}
	e.start = min(e.start, o.StartTime)
	e.requests += o.NumRequests
	e.none += o.NumNoneRequests
	e.failures += o.NumFailures
	e.length += o.TotalContentLength
	e.sum += o.TotalResponseTime
	e.max = max(e.max, o.MaxResponseTime)
	if m := o.MinResponseTime; m.Valid && (!e.min.Valid || m.Float64 < e.min.Float64) {
		e.min = m
	}
	e.times = merge(e.times, o.ResponseTimes)
	e.perSecond = e.recent(merge(e.perSecond, o.NumReqsPerSec))
	e.failedSecond = e.recent(merge(e.failedSecond, o.NumFailPerSec))
	if second := int64(e.last.Float64); second > before {
		e.remember(second)
	}
}

// recent drops the seconds that no rate looks at any more.
func (e *entry) recent(counts []protocol.Count) []protocol.Count {
	if e.keep.Seconds {
		return counts
	}
	oldest := int64(e.last.Float64) - keptFor
	return slices.DeleteFunc(counts, func(c protocol.Count) bool { return c.Key < oldest })
}

// remember takes a snapshot (locust/stats.py, _cache_response_times).
func (e *entry) remember(second int64) {
	if !e.keep.Recent {
		return
	}
	e.past = slices.DeleteFunc(e.past, func(s snapshot) bool { return s.second == second })
	e.past = append(e.past, snapshot{second, e.timed(), slices.Clone(e.times)})
	if len(e.past) > snapshots {
		e.past = e.past[1:]
	}
}

// timed is the number of requests with a response time.
func (e *entry) timed() int64 { return e.requests - e.none }

func (e *entry) failRatio() float64 {
	switch {
	case e.requests > 0:
		return float64(e.failures) / float64(e.requests)
	case e.failures > 0:
		return 1
	}
	return 0
}

func (e *entry) average() float64 {
	if e.timed() == 0 {
		return 0
	}
	return e.sum / float64(e.timed())
}

// median is never outside of the exact bounds, although response times are rounded.
func (e *entry) median() float64 {
	if len(e.times) == 0 {
		return 0
	}
	m := float64(percentile(e.times, e.timed(), 0.5))
	if m > e.max {
		return e.max
	}
	return max(m, e.min.Float64)
}

// percentile is the response time that a part of n requests kept within (locust/stats.py,
// calculate_response_time_percentile).
func percentile(times []protocol.Count, n int64, part float64) int64 {
	within := int64(float64(n) * part)
	var seen int64
	for _, c := range slices.Backward(times) {
		if seen += c.N; n-seen <= within {
			return c.Key
		}
	}
	return 0
}

func (e *entry) percentile(part float64) int64 { return percentile(e.times, e.timed(), part) }

// currentPercentile is that of about the last ten seconds; 0 if these are not known.
func (e *entry) currentPercentile(now int64, part float64) int64 {
	for _, second := range windowStarts(now) {
		i := slices.IndexFunc(e.past, func(s snapshot) bool { return s.second == second })
		if i >= 0 {
			old := e.past[i]
			return percentile(subtract(e.times, old.times), e.timed()-old.timed, part)
		}
	}
	return 0
}

// windowStarts are the seconds that a window may begin with, the best first.
func windowStarts(now int64) []int64 {
	starts := []int64{now - windowSize}
	for i := int64(1); i < 9; i++ {
		starts = append(starts, now-windowSize-i, now-windowSize+i)
	}
	return starts
}

// A rate is a number per second: over the last seconds, or over the whole test.
func (s *Summary) currentRate(counts []protocol.Count) float64 {
	if !s.total.last.Valid {
		return 0
	}
	last := int64(s.total.last.Float64)
	from, to := max(last-rateFrom, int64(s.total.start)), last-rateTo
	var sum int64
	for _, c := range counts {
		if from <= c.Key && c.Key < to {
			sum += c.N
		}
	}
	return float64(sum) / float64(max(to-from, 1))
}

func (s *Summary) totalRate(n int64) float64 {
	took := s.total.last.Float64 - s.total.start
	if !s.total.last.Valid || took == 0 {
		return 0
	}
	return float64(n) / took
}

// merge adds two lists of counts, each in the order of its keys.
func merge(a, b []protocol.Count) []protocol.Count {
	for _, c := range b {
		i, found := slices.BinarySearchFunc(a, c.Key, func(x protocol.Count, k int64) int { return cmp.Compare(x.Key, k) })
		if found {
			a[i].N += c.N
		} else {
			a = slices.Insert(a, i, c)
		}
	}
	return a
}

// subtract leaves what a has more than b.
func subtract(a, b []protocol.Count) (left []protocol.Count) {
	for _, c := range a {
		if i, found := slices.BinarySearchFunc(b, c.Key, func(x protocol.Count, k int64) int { return cmp.Compare(x.Key, k) }); found {
			c.N -= b[i].N
		}
		if c.N != 0 {
			left = append(left, c)
		}
	}
	return left
}
