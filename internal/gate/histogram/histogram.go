// Package histogram holds response times in the buckets of Prometheus's native histograms of
// schema 5, which are 2.2 % wide, so that the times of several workers, names or runs can be
// added up and subtracted without a loss.
package histogram

import (
	"fmt"
	"math"
	"slices"
)

// Schema is the schema of the native histograms: 2^5 buckets to each doubling.
const Schema = 5

const perOctave = 1 << Schema

// Error is the largest relative error of a quantile: the width of a bucket, 2^(1/32) - 1.
const Error = 0.02190

// Indices of buckets lie between these: a nanosecond is in bucket -956, and 2^64 seconds end
// with bucket 2048.
const (
	LowestIndex  = -2048
	HighestIndex = 2048
)

// A Bucket counts the response times in (2^((Index-1)/32), 2^(Index/32)] seconds.
type Bucket struct {
	Index int
	Count int64
}

// A Histogram counts response times. Its zero value is empty. It is a value: no method but
// Observe changes it.
type Histogram struct {
	buckets []Bucket // by ascending index, each count above zero
	zero    int64
	count   int64
	sum     float64
}

// New makes a histogram of counts per bucket, of the number of times that are exactly zero,
// and of the sum of all times in seconds. Several counts of one bucket are added up. A
// negative count, an index out of range and a sum that is no number are errors.
func New(buckets []Bucket, zero int64, sum float64) (Histogram, error) {
	if zero < 0 {
		return Histogram{}, fmt.Errorf("histogram: negative count %d of times of zero", zero)
	}
	if math.IsNaN(sum) || math.IsInf(sum, 0) || sum < 0 {
		return Histogram{}, fmt.Errorf("histogram: the sum of the times is %v", sum)
	}
	h := Histogram{zero: zero, count: zero, sum: sum}
	for _, b := range buckets {
		switch {
		case b.Count < 0:
			return Histogram{}, fmt.Errorf("histogram: negative count %d in bucket %d", b.Count, b.Index)
		case b.Index < LowestIndex || b.Index > HighestIndex:
			return Histogram{}, fmt.Errorf("histogram: bucket index %d, allowed are %d to %d",
				b.Index, LowestIndex, HighestIndex)
		case h.count > math.MaxInt64-b.Count:
			return Histogram{}, fmt.Errorf("histogram: the counts add up to more than %d", int64(math.MaxInt64))
		case b.Count > 0:
			h.add(b)
		}
	}
	return h, nil
}

// Observe counts a response time in seconds. One below zero, or that is no number, counts as
// zero.
func (h *Histogram) Observe(seconds float64) {
	if !(seconds > 0) {
		h.zero++
		h.count++
		return
	}
	h.buckets = slices.Clone(h.buckets)
	h.add(Bucket{Index(seconds), 1})
	h.sum += seconds
}

// add counts into the histogram's own buckets.
func (h *Histogram) add(b Bucket) {
	h.count += b.Count
	i, found := slices.BinarySearchFunc(h.buckets, b.Index, func(b Bucket, index int) int { return b.Index - index })
	if found {
		h.buckets[i].Count += b.Count
		return
	}
	h.buckets = slices.Insert(h.buckets, i, b)
}

// Index returns the index of the bucket for a response time above zero.
func Index(seconds float64) int {
	if seconds > Bound(HighestIndex) {
		return HighestIndex
	}
	fraction, exponent := math.Frexp(seconds)
	index := int(math.Ceil(math.Log2(fraction)*perOctave)) + exponent*perOctave
	for index > LowestIndex && seconds <= Bound(index-1) {
		index--
	}
	for index < HighestIndex && seconds > Bound(index) {
		index++
	}
	return min(max(index, LowestIndex), HighestIndex)
}

// Bound returns the upper bound of a bucket in seconds; the lower one is that of the bucket
// before it.
func Bound(index int) float64 {
	return math.Exp2(float64(index) / perOctave)
}

// Count returns the number of response times.
func (h Histogram) Count() int64 { return h.count }

// Zero returns the number of response times of exactly zero.
func (h Histogram) Zero() int64 { return h.zero }

// Sum returns the sum of the response times in seconds.
func (h Histogram) Sum() float64 { return h.sum }

// Buckets returns the buckets with a count, by ascending index.
func (h Histogram) Buckets() []Bucket { return slices.Clone(h.buckets) }

// Mean returns the mean response time in seconds; false without any response time.
func (h Histogram) Mean() (float64, bool) {
	if h.count == 0 {
		return 0, false
	}
	return h.sum / float64(h.count), true
}

// Add returns the response times of both histograms together.
func (h Histogram) Add(o Histogram) Histogram {
	sum := Histogram{zero: h.zero + o.zero, count: h.count + o.count, sum: h.sum + o.sum}
	sum.buckets = make([]Bucket, 0, max(len(h.buckets), len(o.buckets)))
	i, j := 0, 0
	for i < len(h.buckets) || j < len(o.buckets) {
		switch {
		case j == len(o.buckets) || i < len(h.buckets) && h.buckets[i].Index < o.buckets[j].Index:
			sum.buckets = append(sum.buckets, h.buckets[i])
			i++
		case i == len(h.buckets) || h.buckets[i].Index > o.buckets[j].Index:
			sum.buckets = append(sum.buckets, o.buckets[j])
			j++
		default:
			sum.buckets = append(sum.buckets, Bucket{h.buckets[i].Index, h.buckets[i].Count + o.buckets[j].Count})
			i, j = i+1, j+1
		}
	}
	return sum
}

// Sub returns the response times that h has and an earlier state of the same counters had
// not. It is an error if a count fell: the counters began anew in between.
func (h Histogram) Sub(earlier Histogram) (Histogram, error) {
	diff := Histogram{
		zero: h.zero - earlier.zero, count: h.count - earlier.count,
		sum: max(0, h.sum-earlier.sum),
	}
	if diff.zero < 0 {
		return Histogram{}, fmt.Errorf("histogram: times of zero fell from %d to %d: the counters began anew", earlier.zero, h.zero)
	}
	j := 0
	for _, b := range h.buckets {
		if j < len(earlier.buckets) && earlier.buckets[j].Index == b.Index {
			b.Count -= earlier.buckets[j].Count
			j++
		}
		if b.Count < 0 {
			return Histogram{}, fmt.Errorf("histogram: bucket %d fell by %d: the counters began anew", b.Index, -b.Count)
		}
		if b.Count > 0 {
			diff.buckets = append(diff.buckets, b)
		}
	}
	if j < len(earlier.buckets) {
		return Histogram{}, fmt.Errorf("histogram: bucket %d fell to none: the counters began anew", earlier.buckets[j].Index)
	}
	return diff, nil
}
