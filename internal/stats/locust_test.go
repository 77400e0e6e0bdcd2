package stats

import (
	"math"
	"math/big"
	"testing"
	"time"
)

func ms(f float64) time.Duration { return time.Duration(math.Round(f * 1e6)) }

func fastLocustKey(d time.Duration) int64 { return locustKey(locustBucket(d)) }

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
		if key := fastLocustKey(ms(c.ms)); key != c.key {
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
			if key, want := fastLocustKey(d), slowLocustKey(d); key != want {
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

func TestLocustBounds(t *testing.T) {
	for bucket := range int64(5000) {
		b := locustBound(bucket)
		if locustBucket(b) != bucket || locustBucket(b+1) != bucket+1 {
			t.Fatalf("%v and the next nanosecond are in buckets %d and %d, want %d and the next", b, locustBucket(b), locustBucket(b+1), bucket)
		}
		if key := locustKey(bucket); slowLocustKey(b) != key {
			t.Fatalf("%v is counted in %d, want %d", b, key, slowLocustKey(b))
		}
	}
}
