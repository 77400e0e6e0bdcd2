package protocol

// totalName is the name of the total's entry (locust/stats.py).
const totalName = "Aggregated"

// A StatsEntry is what happened to the requests of one method and name since the last
// report (StatsEntryDict of locust/stats.py). Floats that are not finite are sent as 0 or,
// where there can be none, as None.
type StatsEntry struct {
	Method, Name string

	NumRequests        int64 // with failures and requests without a response time
	NumNoneRequests    int64 // requests without a response time
	NumFailures        int64
	TotalContentLength int64 // bytes

	TotalResponseTime    float64   // milliseconds
	MaxResponseTime      float64   // milliseconds; 0 if there is no response time
	MinResponseTime      NullFloat // milliseconds; None if there is no response time: 0 would stay for the whole test
	LastRequestTimestamp NullFloat // Unix seconds; None if there is no request
	StartTime            float64   // Unix seconds: when counting began

	// Ascending keys; what is not in order is sorted and added up when it is sent.
	ResponseTimes []Count // by rounded milliseconds; as many as there are response times
	NumReqsPerSec []Count // by Unix second
	NumFailPerSec []Count // by Unix second
}

func (w *writer) statsEntry(name, method string, e *StatsEntry) {
	w.object(14)
	w.field("name", name)
	w.field("method", method)
	w.string("last_request_timestamp")
	w.nullFloat(e.LastRequestTimestamp)
	w.string("start_time")
	w.float(e.StartTime)
	w.string("num_requests")
	w.int(e.NumRequests)
	w.string("num_none_requests")
	w.int(e.NumNoneRequests)
	w.string("num_failures")
	w.int(e.NumFailures)
	w.string("total_response_time")
	w.milliseconds(e.TotalResponseTime)
	w.string("max_response_time")
	w.milliseconds(e.MaxResponseTime)
	w.string("min_response_time")
	w.nullFloat(e.MinResponseTime)
	w.string("total_content_length")
	w.int(e.TotalContentLength)
	w.string("response_times")
	w.counts(e.ResponseTimes)
	w.string("num_reqs_per_sec")
	w.counts(e.NumReqsPerSec)
	w.string("num_fail_per_sec")
	w.counts(e.NumFailPerSec)
}

func (e *StatsEntry) fields(method func(*reader) error) []field {
	return []field{
		required("name", text(&e.Name)),
		required("method", method),
		required("last_request_timestamp", floatOrNull(&e.LastRequestTimestamp)),
		required("start_time", float(&e.StartTime)),
		required("num_requests", integer(&e.NumRequests)),
		required("num_none_requests", integer(&e.NumNoneRequests)),
		required("num_failures", integer(&e.NumFailures)),
		required("total_response_time", float(&e.TotalResponseTime)),
		required("max_response_time", float(&e.MaxResponseTime)),
		required("min_response_time", floatOrNull(&e.MinResponseTime)),
		required("total_content_length", integer(&e.TotalContentLength)),
		required("response_times", counts(&e.ResponseTimes)),
		required("num_reqs_per_sec", counts(&e.NumReqsPerSec)),
		required("num_fail_per_sec", counts(&e.NumFailPerSec)),
	}
}
