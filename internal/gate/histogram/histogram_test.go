package histogram_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/histogram"
)

func of(times ...float64) histogram.Histogram {
	var h histogram.Histogram
	for _, t := range times {
		h.Observe(t)
	}
	return h
}

func TestIndex(t *testing.T) {
	tests := []struct {
		seconds float64
		want    int
	}{
		{1, 0}, // the upper bound belongs to the bucket
		{math.Nextafter(1, 2), 1},
		{0.25, -64},
		{math.Nextafter(0.25, 1), -63},
		{1e-9, -956},
		{math.Exp2(1.0 / 32), 1},
		{math.SmallestNonzeroFloat64, histogram.LowestIndex},
		{math.MaxFloat64, histogram.HighestIndex},
		{math.Inf(1), histogram.HighestIndex},
	}
	for _, test := range tests {
		if got := histogram.Index(test.seconds); got != test.want {
			t.Errorf("Index(%v) = %d, want %d", test.seconds, got, test.want)
		}
	}
}

func TestIndexAgreesWithBounds(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		seconds := math.Exp(r.Float64()*40 - 25)
		i := histogram.Index(seconds)
		if !(histogram.Bound(i-1) < seconds && seconds <= histogram.Bound(i)) {
			t.Fatalf("%v s is in bucket %d of (%v, %v]", seconds, i, histogram.Bound(i-1), histogram.Bound(i))
		}
	}
}

func TestQuantileIsNearTheTrueOne(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{100, 5_000, 200_000} {
		times := make([]float64, n)
		var h histogram.Histogram
		counts := make(map[int]int64)
		for i := range times {
			times[i] = 0.02 * math.Exp(0.8*r.NormFloat64())
			counts[histogram.Index(times[i])]++
		}
		slices.Sort(times)
		var buckets []histogram.Bucket
		for i, c := range counts {
			buckets = append(buckets, histogram.Bucket{Index: i, Count: c})
		}
		h, err := histogram.New(buckets, 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []float64{0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1} {
			got, ok := h.Quantile(q)
			exact := times[max(0, int(math.Ceil(q*float64(n)))-1)]
			if off := math.Abs(got-exact) / exact; !ok || off > histogram.Error {
				t.Errorf("of %d times, q %v is %v, exactly %v: %.2f %% off", n, q, got, exact, off*100)
			}
		}
	}
}

func TestQuantileOfFew(t *testing.T) {
	if _, ok := of().Quantile(0.5); ok {
		t.Error("an empty histogram has a median")
	}
	if v, ok := of(0, 0, 0, 1).Quantile(0.5); !ok || v != 0 {
		t.Errorf("median of three zeros and 1 s is %v, %v", v, ok)
	}
	if v, ok := of(0, 1).Max(); !ok || v != 1 {
		t.Errorf("longest of 0 and 1 s is %v, %v", v, ok)
	}
	for _, q := range []float64{-0.1, 1.1, math.NaN()} {
		if v, ok := of(1).Quantile(q); ok {
			t.Errorf("quantile %v is %v", q, v)
		}
	}
	if v, ok := of(math.NaN(), -1).Quantile(1); !ok || v != 0 {
		t.Errorf("what is no time counts as %v, %v; want zero", v, ok)
	}
}

func TestAddAndSubAreInverse(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		var a, b histogram.Histogram
		for range r.IntN(50) {
			a.Observe(r.Float64() * 2)
		}
		for range r.IntN(50) {
			b.Observe(r.ExpFloat64() * float64(r.IntN(2)))
		}
		sum := a.Add(b)
		if sum.Count() != a.Count()+b.Count() || sum.Zero() != a.Zero()+b.Zero() {
			t.Fatalf("the sum has %d times, its parts %d and %d", sum.Count(), a.Count(), b.Count())
		}
		back, err := sum.Sub(b)
		if err != nil || !slices.Equal(back.Buckets(), a.Buckets()) || math.Abs(back.Sum()-a.Sum()) > 1e-9 {
			t.Fatalf("a + b - b is %v (%v), want %v", back, err, a)
		}
	}
}

func TestSubOfCountersThatBeganAnew(t *testing.T) {
	for _, earlier := range []histogram.Histogram{of(1, 1), of(2), of(0)} {
		if d, err := of(1).Sub(earlier); err == nil || !strings.Contains(err.Error(), "began anew") {
			t.Errorf("1 s minus %v is %v, %v", earlier.Buckets(), d, err)
		}
	}
}

func TestObserveLeavesCopiesAlone(t *testing.T) {
	a := of(1)
	b := a
	b.Observe(1)
	if a.Count() != 1 || a.Buckets()[0].Count != 1 {
		t.Errorf("the copy's time is in the original: %v", a.Buckets())
	}
}

func TestJSON(t *testing.T) {
	for _, h := range []histogram.Histogram{of(), of(0), of(0.1, 0.1001, 0.2, 7, 0)} {
		data, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		var back histogram.Histogram
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		if !slices.Equal(back.Buckets(), h.Buckets()) || back.Zero() != h.Zero() || back.Sum() != h.Sum() {
			t.Errorf("%s becomes %v", data, back)
		}
	}
}

func TestBadJSON(t *testing.T) {
	tests := map[string]string{
		`[]`: "histogram",
		`{"schema":3,"count":0,"zero":0,"sum":0,"runs":[]}`:                          "schema 3",
		`{"schema":5,"count":2,"zero":0,"sum":0,"runs":[[0,1]]}`:                     "count is 2",
		`{"schema":5,"count":1,"zero":0,"sum":0,"runs":[[99999,1]]}`:                 "does not begin with a bucket's index",
		`{"schema":5,"count":1,"zero":0,"sum":0,"runs":[[2048,1,1]]}`:                "bucket index 2049",
		`{"schema":5,"count":1,"zero":0,"sum":0,"runs":[[]]}`:                        "does not begin",
		`{"schema":5,"count":0,"zero":0,"sum":0,"runs":[[0,1,-1]]}`:                  "negative count -1",
		`{"schema":5,"count":-1,"zero":-1,"sum":0,"runs":[]}`:                        "negative count -1",
		`{"schema":5,"count":0,"zero":0,"sum":-2,"runs":[]}`:                         "sum",
		`{"schema":5,"count":1,"zero":0,"sum":0,"runs":[[0,9223372036854775807,9]]}`: "add up",
	}
	for data, want := range tests {
		var h histogram.Histogram
		if err := json.Unmarshal([]byte(data), &h); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", data, err, want)
		}
	}
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"schema":5,"count":3,"zero":1,"sum":0.5,"runs":[[-40,1],[0,1]]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var h, again histogram.Histogram
		if json.Unmarshal(data, &h) != nil {
			return
		}
		out, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out, &again); err != nil || again.Count() != h.Count() {
			t.Fatalf("%s becomes %s: %v", data, out, err)
		}
	})
}
