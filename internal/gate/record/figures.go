package record

import (
	"fmt"

	"github.com/hopperband/hopperband/internal/gate/histogram"
)

// Figures are the counts and response times of one (method, name), or of all together (both
// empty).
type Figures struct {
	Method       string              `json:"method"`
	Name         string              `json:"name"`
	Requests     int64               `json:"requests"`      // failed ones included
	NoneRequests int64               `json:"none_requests"` // those of them without a response time
	Failures     int64               `json:"failures"`
	Bytes        int64               `json:"bytes"`
	Rate         float64             `json:"rate"` // requests per second
	Min          float64             `json:"min"`  // seconds, as Max and Avg; 0 without any response time
	Max          float64             `json:"max"`
	Avg          float64             `json:"avg"`
	ResponseTime histogram.Histogram `json:"response_time"`
}

// Total tells whether the figures are of all requests together.
func (f Figures) Total() bool { return f.Method == "" && f.Name == "" }

// Label returns the method and name as people read them.
func (f Figures) Label() string {
	switch {
	case f.Total():
		return "total"
	case f.Method == "":
		return f.Name
	}
	return f.Method + " " + f.Name
}

// FailureRatio returns the part of the requests that failed; false without any request.
func (f Figures) FailureRatio() (float64, bool) {
	if f.Requests == 0 {
		return 0, false
	}
	return float64(f.Failures) / float64(f.Requests), true
}

// Over returns the figures with the rate and the average of a time in seconds, and the
// shortest and longest response time of the histogram, for a source that knows counters only.
func (f Figures) Over(seconds float64) Figures {
	f.Rate = 0
	if seconds > 0 {
		f.Rate = float64(f.Requests) / seconds
	}
	f.Min, _ = f.ResponseTime.Min()
	f.Max, _ = f.ResponseTime.Max()
	f.Avg, _ = f.ResponseTime.Mean()
	return f
}

// Add returns the figures of both, as of one time: rates add up.
func (f Figures) Add(o Figures) Figures {
	switch {
	case o.ResponseTime.Count() == 0:
	case f.ResponseTime.Count() == 0:
		f.Min, f.Max = o.Min, o.Max
	default:
		f.Min, f.Max = min(f.Min, o.Min), max(f.Max, o.Max)
	}
	f.Requests += o.Requests
	f.NoneRequests += o.NoneRequests
	f.Failures += o.Failures
	f.Bytes += o.Bytes
	f.Rate += o.Rate
	f.ResponseTime = f.ResponseTime.Add(o.ResponseTime)
	f.Avg, _ = f.ResponseTime.Mean()
	return f
}

// Sub returns the figures since an earlier state of the same counters, without rate, Min,
// Max and Avg: see Over. It is an error if a count fell.
func (f Figures) Sub(earlier Figures) (Figures, error) {
	times, err := f.ResponseTime.Sub(earlier.ResponseTime)
	if err != nil {
		return Figures{}, fmt.Errorf("record: figures of %s: %w", f.Label(), err)
	}
	diff := Figures{
		Method: f.Method, Name: f.Name, ResponseTime: times,
		Requests: f.Requests - earlier.Requests, NoneRequests: f.NoneRequests - earlier.NoneRequests,
		Failures: f.Failures - earlier.Failures, Bytes: f.Bytes - earlier.Bytes,
	}
	if diff.Requests < 0 || diff.NoneRequests < 0 || diff.Failures < 0 || diff.Bytes < 0 {
		return Figures{}, fmt.Errorf("record: figures of %s: a count fell: the counters began anew", f.Label())
	}
	return diff, nil
}
