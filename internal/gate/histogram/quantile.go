package histogram

import "math"

// Quantile returns the response time in seconds that a part q of all response times does not
// exceed (0 the lowest, 1 the highest), interpolated inside its bucket on a logarithmic
// scale as Prometheus does. It is at most 2.2 % away from the true one. It is false without
// any response time, and for a q outside of 0 to 1.
func (h Histogram) Quantile(q float64) (float64, bool) {
	if h.count == 0 || !(q >= 0 && q <= 1) {
		return 0, false
	}
	rank := q * float64(h.count)
	below := float64(h.zero)
	if rank <= below && h.zero > 0 {
		return 0, true
	}
	for i, b := range h.buckets {
		n := float64(b.Count)
		if rank <= below+n || i == len(h.buckets)-1 {
			within := min(1, max(0, (rank-below)/n))
			return math.Exp2((float64(b.Index-1) + within) / perOctave), true
		}
		below += n
	}
	return 0, true
}

// Max returns the upper bound in seconds of the highest bucket with a response time, which
// is at most 2.2 % above the longest one; false without any response time.
func (h Histogram) Max() (float64, bool) { return h.Quantile(1) }

// Min returns the lower bound in seconds of the lowest bucket with a response time, which is
// at most 2.2 % below the shortest one; false without any response time.
func (h Histogram) Min() (float64, bool) { return h.Quantile(0) }
