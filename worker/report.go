package worker

import (
	"time"

	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/protocol"
)

// pieceSize is about how large a stats message may be, so that a master that merges one
// is not deaf for long (3 MB take it a third of a second).
const pieceSize = 1 << 20

// pieces turns a report into stats messages: one, or several when there are many names.
// The totals and the errors are in the first, which the master adds up as sent.
func pieces(r *stats.Report, counts map[string]int) []*protocol.Stats {
	first := &protocol.Stats{Total: entry(&r.Total), UserClassesCount: counts}
	first.Total.Name = "Aggregated"
	for i := range r.Errors {
		first.Errors = append(first.Errors, failure(&r.Errors[i]))
	}
	all := []*protocol.Stats{first}
	size := errorsSize(first)
	for i := range r.Entries {
		e := entry(&r.Entries[i])
		if n := entrySize(&e); size+n > pieceSize && size > 0 {
			all = append(all, &protocol.Stats{Total: nothing(&first.Total), UserClassesCount: counts})
			size = n
		} else {
			size += n
		}
		last := all[len(all)-1]
		last.Entries = append(last.Entries, e)
	}
	return all
}

// nothing is a total that adds nothing.
func nothing(total *protocol.StatsEntry) protocol.StatsEntry {
	return protocol.StatsEntry{Name: total.Name, StartTime: total.StartTime}
}

func entry(e *stats.Entry) protocol.StatsEntry {
	return protocol.StatsEntry{
		Method: e.Method, Name: e.Name,
		NumRequests: e.Requests, NumNoneRequests: e.NoneRequests, NumFailures: e.Failures, TotalContentLength: e.Length,
		TotalResponseTime:    milliseconds(e.ResponseTime),
		MaxResponseTime:      milliseconds(e.MaxResponseTime),
		MinResponseTime:      protocol.NullFloat{Float64: milliseconds(e.MinResponseTime), Valid: e.Requests > e.NoneRequests},
		LastRequestTimestamp: timestamp(e.Last),
		StartTime:            unix(e.Start),
		ResponseTimes:        keyed(e.ResponseTimes),
		NumReqsPerSec:        keyed(e.PerSecond),
		NumFailPerSec:        keyed(e.FailuresPerSecond),
	}
}

func failure(e *stats.Error) protocol.StatsError {
	return protocol.StatsError{
		Method: e.Method, Name: e.Name, Error: e.Text, Occurrences: e.Occurrences,
		FirstSeen: timestamp(e.FirstSeen), LastSeen: timestamp(e.LastSeen),
	}
}

func keyed(counts []stats.Count) []protocol.Count {
	out := make([]protocol.Count, len(counts))
	for i, c := range counts {
		out[i] = protocol.Count(c)
	}
	return out
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func unix(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }

func timestamp(t time.Time) protocol.NullFloat {
	if t.IsZero() {
		return protocol.NullFloat{}
	}
	return protocol.NullFloat{Float64: unix(t), Valid: true}
}

// entrySize is about how many bytes an entry takes on the wire: its keys and numbers, and
// what varies.
func entrySize(e *protocol.StatsEntry) int {
	const fixed, count = 300, 8
	return fixed + len(e.Name) + len(e.Method) + count*(len(e.ResponseTimes)+len(e.NumReqsPerSec)+len(e.NumFailPerSec))
}

func errorsSize(s *protocol.Stats) (n int) {
	const fixed = 180
	for i := range s.Errors {
		n += fixed + len(s.Errors[i].Error) + len(s.Errors[i].Name)
	}
	return n
}
