package stats

import (
	"math"
	"testing"
	"time"
)

func TestClassicBuckets(t *testing.T) {
	c := newClassicScale()
	for i, bound := range ClassicBounds() {
		if b := time.Duration(math.Round(bound * 1e9)); c.bucket(b) != i || c.bucket(b+1) != i+1 {
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
