package stats

import (
	"fmt"
	"math"
	"math/big"
	"testing"
	"time"
)

func ms(f float64) time.Duration { return time.Duration(math.Round(f * 1e6)) }

func locustKey(d time.Duration) int64 { return keyOfBucket(bucketOf(d)) }

// The values were computed with Locust's own bucket_response_time (locust/stats.py).
func TestLocustBuckets(t *testing.T) {
	for _, c := range []struct {
		ms  float64
		key int64
	}{
		{0, 0},
		{0.5, 0},
		{0.500001, 1},
		{1.5, 2},
		{2.5, 2},
		{12.5, 12},
		{99.4, 99},
		{99.5, 100},
		{99.6, 100},
		{100, 100},
		{105, 100},
		{105.000001, 110},
		{115, 120},
		{125, 120},
		{145, 140},
		{155, 160},
		{994.9, 990},
		{995, 1000},
		{1050, 1000},
		{1150, 1200},
		{1250, 1200},
		{9949.9, 9900},
		{9950, 10_000},
		{10_500, 10_000},
		{11_500, 12_000},
		{58_760, 59_000},
		{999_500, 1_000_000},
		{3_600_000, 3_600_000},
	} {
		if key := locustKey(ms(c.ms)); key != c.key {
			t.Errorf("%v ms is counted in %d, want %d", c.ms, key, c.key)
		}
	}
}

// slowLocustKey rounds as Python does: an exact fraction, half to even.
func slowLocustKey(d time.Duration) int64 {
	t := big.NewRat(int64(d), int64(time.Millisecond))
	step := int64(1000)
	for _, c := range []int64{100, 1000, 10_000} {
		if t.Cmp(big.NewRat(c, 1)) < 0 {
			step = c / 100
			break
		}
	}
	twice := t.Mul(t, big.NewRat(2, step)) // 2t/step + 1 = 2q + r
	twice.Add(twice, big.NewRat(1, 1))
	q, rest := new(big.Int).DivMod(twice.Num(), new(big.Int).Mul(twice.Denom(), big.NewInt(2)), new(big.Int))
	if rest.Sign() == 0 && q.Bit(0) == 1 {
		q.Sub(q, big.NewInt(1)) // a half, rounded up to an odd number
	}
	return q.Int64() * step
}

func TestLocustBucketsAgainstFractions(t *testing.T) {
	check := func(d time.Duration) {
		for _, d := range []time.Duration{d - 1, d, d + 1} {
			if d < 0 {
				continue
			}
			if key, want := locustKey(d), slowLocustKey(d); key != want {
				t.Fatalf("%v is counted in %d, want %d", d, key, want)
			}
		}
	}
	for i := range time.Duration(400) { // all halves and wholes up to 200 ms, 2 s, 20 s and 200 s
		check(i * 500 * time.Microsecond)
		check(i * 5 * time.Millisecond)
		check(i * 50 * time.Millisecond)
		check(i * 500 * time.Millisecond)
	}
	for n := range uint(56) {
		check(1 << n)
	}
}

func TestLocustBucketNumbers(t *testing.T) {
	last := int64(-1)
	for bucket := range int64(5000) {
		key := keyOfBucket(bucket)
		if key <= last {
			t.Fatalf("bucket %d has key %d, the one before it %d", bucket, key, last)
		}
		if back := bucketOfKey(key); back != bucket {
			t.Fatalf("key %d is in bucket %d, want %d", key, back, bucket)
		}
		last = key
	}
}

func TestClassicBuckets(t *testing.T) {
	c := newClassicScale()
	for i, bound := range ClassicBounds() {
		if b := time.Duration(math.Round(bound * 1e9)); c.bucket(b) != uint8(i) || c.bucket(b+1) != uint8(i+1) {
			t.Errorf("%v is in bucket %d and the next nanosecond in %d, want %d and %d", b, c.bucket(b), c.bucket(b+1), i, i+1)
		}
	}
	for _, d := range []time.Duration{0, 1} {
		if got := c.bucket(d); got != 0 {
			t.Errorf("%v is in bucket %d, want 0", d, got)
		}
	}
	if got := c.bucket(maxDuration); got != classicBounds {
		t.Errorf("%v is in bucket %d, want %d", maxDuration, got, classicBounds)
	}
}

// within reports whether d ns <= 2^(i/32) s, that is d^32 <= 10^288 * 2^i, in whole numbers.
func within(d int64, i int) bool {
	left := new(big.Int).Exp(big.NewInt(d), big.NewInt(nativePerOctave), nil)
	right := new(big.Int).Exp(big.NewInt(10), big.NewInt(9*nativePerOctave), nil)
	if i < 0 {
		left.Lsh(left, uint(-i))
	} else {
		right.Lsh(right, uint(i))
	}
	return left.Cmp(right) <= 0
}

func TestNativeBucketsAgainstPowers(t *testing.T) {
	s := newNativeScale()
	check := func(d int64) {
		i := s.bucket(time.Duration(d))
		if !within(d, i) || within(d, i-1) {
			t.Fatalf("%d ns is in bucket %d", d, i)
		}
	}
	for d := range int64(3000) {
		check(d + 1)
	}
	for i := -960; i <= nativePerOctave*24; i++ { // up to 194 days
		bound := int64(math.Exp2(float64(i)/nativePerOctave) * 1e9)
		for d := max(bound-2, 1); d <= bound+2; d++ {
			check(d)
		}
	}
	for n := range uint(62) {
		check(1 << n)
		check(1<<n + 1)
		check(1<<(n+1) - 1)
	}
	check(int64(maxDuration))
	check(math.MaxInt64)
}

func TestNativeBoundsAreRoots(t *testing.T) {
	s := newNativeScale()
	unit := new(big.Int).Lsh(big.NewInt(1e9), nativeHighest)
	for k, b := range s.bounds {
		want := new(big.Int).Exp(unit, big.NewInt(nativePerOctave), nil)
		want.Lsh(want, uint(k))
		for range 5 { // roots of 32nd order, rounded down
			want.Sqrt(want)
		}
		if !want.IsUint64() || want.Uint64() != b {
			t.Errorf("bound %d is %d, want %v", k, b, want)
		}
	}
}

func TestNativeBucketExamples(t *testing.T) {
	s := newNativeScale()
	for _, c := range []struct {
		d     time.Duration
		index int
	}{
		{time.Second, 0},
		{time.Second + 1, 1},
		{2 * time.Second, 32},
		{2*time.Second + 1, 33},
		{time.Second / 2, -32},
		{time.Second/2 + 1, -31},
		{1, -956},
	} {
		t.Run(fmt.Sprint(c.d), func(t *testing.T) {
			if i := s.bucket(c.d); i != c.index {
				t.Errorf("in bucket %d, want %d", i, c.index)
			}
		})
	}
}

func TestHistogramOfLongTimes(t *testing.T) {
	var h histogram
	for _, d := range []time.Duration{maxDuration, 0, 753 * time.Second, 754 * time.Second, maxDuration, 20 * time.Hour} {
		h.add(bucketOf(d), 1)
	}
	want := []Count{{0, 1}, {753_000, 1}, {754_000, 1}, {72_000_000, 1}, {31_536_000_000, 2}}
	if got := h.counts(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("counts are %v, want %v", got, want)
	}
	h.reset()
	if got := h.counts(); len(got) != 0 {
		t.Errorf("counts after reset are %v", got)
	}
}
