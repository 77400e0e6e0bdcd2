package stats

import "time"

// locustBucket returns the number of Locust's bucket for a response time: round() of whole
// milliseconds below 100 ms, of tens below 1 s, of hundreds below 10 s, and of thousands
// from there, half to even, where the range is that of the time before it is rounded
// (locust/stats.py, bucket_response_time).
func locustBucket(d time.Duration) int64 {
	switch {
	case d < 100*time.Millisecond:
		return roundHalfEven(d, time.Millisecond)
	case d < time.Second:
		return 90 + roundHalfEven(d, 10*time.Millisecond)
	case d < 10*time.Second:
		return 180 + roundHalfEven(d, 100*time.Millisecond)
	default:
		return 270 + roundHalfEven(d, time.Second)
	}
}

// roundHalfEven returns d/step, rounded.
func roundHalfEven(d, step time.Duration) int64 {
	q, rest := d/step, d%step
	if 2*rest+q&1 > step {
		q++
	}
	return int64(q)
}

// locustKey returns the key of a bucket in milliseconds.
func locustKey(bucket int64) int64 {
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

// locustBound returns the longest time in a bucket: half the way to the next one, if that
// is rounded to this one.
func locustBound(bucket int64) time.Duration {
	half := time.Duration(locustKey(bucket)+locustKey(bucket+1)) * time.Millisecond / 2
	if locustBucket(half) != bucket {
		half--
	}
	return half
}
