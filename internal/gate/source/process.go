package source

import "math"

// A process is what a sample knows of one, by the labels that all of its series have.
type process struct {
	works bool    // a worker's: a Prometheus may have other Go programs of the same labels
	wait  classic // how long goroutines waited for a CPU
}

func (b *builder) process(labels map[string]string, change func(*process)) {
	key := seriesKey("", labels)
	p := b.sample.processes[key]
	change(&p)
	b.sample.processes[key] = p
}

// A Bucket is what a coarse histogram knows of a time, in seconds: that it is above one bound
// and not above the next. UpTo may be infinite.
type Bucket struct{ Above, UpTo float64 }

// cpuWait is the longest p99 of all workers' processes since an earlier sample. A process that
// began anew had waited for nothing before.
func (s *Sample) cpuWait(earlier *Sample) *Bucket {
	var longest *Bucket
	for key, p := range s.processes {
		wait := p.wait
		if diff, err := wait.sub(earlier.processes[key].wait); err == nil {
			wait = diff
		}
		if b, ok := wait.bucket(0.99); ok && p.works && (longest == nil || longest.Above < b.Above) {
			longest = &b
		}
	}
	return longest
}

// bucket is where a quantile lies; false without any time.
func (c classic) bucket(q float64) (Bucket, bool) {
	above := 0.0
	for _, b := range c.bounds {
		if b.count > 0 && b.count >= q*c.count() {
			if !(b.upper > above) { // no bound of a real histogram
				b.upper = math.Inf(1)
			}
			return Bucket{above, b.upper}, true
		}
		if b.upper > above && !math.IsInf(b.upper, 1) {
			above = b.upper
		}
	}
	return Bucket{}, false
}
