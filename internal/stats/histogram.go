package stats

import (
	"maps"
	"slices"
	"time"
)

const (
	pageSize  = 32
	nearPages = 32 // up to 753 s
)

// A page counts in some neighbouring buckets.
type page [pageSize]int64

// A histogram counts response times in Locust's buckets. Its memory follows what occurs:
// pages of neighbouring buckets, and single buckets for what takes longer than 753 s.
type histogram struct {
	near [nearPages]*page
	far  map[int64]int64
}

func (h *histogram) add(bucket, n int64) {
	if bucket >= nearPages*pageSize {
		if h.far == nil {
			h.far = make(map[int64]int64)
		}
		h.far[bucket] += n
		return
	}
	p := h.near[bucket/pageSize]
	if p == nil {
		p = new(page)
		h.near[bucket/pageSize] = p
	}
	p[bucket%pageSize] += n
}

func (h *histogram) reset() {
	for _, p := range h.near {
		if p != nil {
			clear(p[:])
		}
	}
	clear(h.far)
}

func (h *histogram) counts() []Count {
	cs := slices.Grow([]Count(nil), h.size())
	for i, p := range h.near {
		if p == nil {
			continue
		}
		for j, n := range p {
			cs = appendCount(cs, keyOfBucket(int64(i*pageSize+j)), n)
		}
	}
	for _, bucket := range slices.Sorted(maps.Keys(h.far)) {
		cs = appendCount(cs, keyOfBucket(bucket), h.far[bucket])
	}
	return cs
}

// size returns the number of buckets in use.
func (h *histogram) size() int {
	size := len(h.far)
	for _, p := range h.near {
		if p == nil {
			continue
		}
		for _, n := range p {
			if n != 0 {
				size++
			}
		}
	}
	return size
}

// bucketOf returns the number of Locust's bucket for a response time: round() of whole
// milliseconds below 100 ms, of tens below 1 s, of hundreds below 10 s, and of thousands
// from there, half to even, where the range is that of the time before it is rounded
// (locust/stats.py, bucket_response_time).
func bucketOf(d time.Duration) int64 {
	switch {
	case d < 100*time.Millisecond:
		return roundHalfEven(d/time.Millisecond, d%time.Millisecond, time.Millisecond)
	case d < time.Second:
		return 90 + roundHalfEven(d/(10*time.Millisecond), d%(10*time.Millisecond), 10*time.Millisecond)
	case d < 10*time.Second:
		return 180 + roundHalfEven(d/(100*time.Millisecond), d%(100*time.Millisecond), 100*time.Millisecond)
	default:
		return 270 + roundHalfEven(d/time.Second, d%time.Second, time.Second)
	}
}

// roundHalfEven rounds q + rest/step.
func roundHalfEven(q, rest, step time.Duration) int64 {
	if 2*rest+q&1 > step {
		q++
	}
	return int64(q)
}

// bucketOfKey returns the number of the bucket with a key in milliseconds.
func bucketOfKey(key int64) int64 {
	switch {
	case key < 100:
		return key
	case key < 1000:
		return 90 + key/10
	case key < 10_000:
		return 180 + key/100
	default:
		return 270 + key/1000
	}
}

// keyOfBucket is the reverse of bucketOfKey.
func keyOfBucket(bucket int64) int64 {
	switch {
	case bucket < 100:
		return bucket
	case bucket < 190:
		return (bucket - 90) * 10
	case bucket < 280:
		return (bucket - 180) * 100
	default:
		return (bucket - 270) * 1000
	}
}
