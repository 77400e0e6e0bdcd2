package stats

import (
	"fmt"
	"math"
	"math/big"
	"testing"
	"time"
)

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
	for k, b := range s {
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

func TestNativeBounds(t *testing.T) {
	s := newNativeScale()
	for i := nativeLowest; i <= nativePerOctave*24; i++ {
		if b := int64(s.bound(i)); !within(b, i) || within(b+1, i) {
			t.Errorf("the bound of bucket %d is %d ns", i, b)
		}
	}
	if b := s.bound(nativeLowest - 1); b != 0 {
		t.Errorf("bucket %d has a bound of %v", nativeLowest-1, b)
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
