package locust

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// CacheTime is how old the statistics can be that a master answers: it computes them at
// most this often (locust/web.py, DEFAULT_CACHE_TIME).
const CacheTime = 2 * time.Second

// Stats are the master's statistics.
type Stats struct {
	State   string   // such as "ready", "spawning", "running", "stopping", "stopped"
	Users   int      // that the workers have reported
	Workers []Worker // that the master knows
	Total   Entry
	Entries []Entry // the first 500
	RPS     float64 // over the last ten seconds or so
	Failing float64 // failures a second, likewise
}

// Running says that a test is under way.
func (s *Stats) Running() bool {
	return s.State == "spawning" || s.State == "running" || s.State == "stopping" || s.State == "cleanup"
}

// Present is the number of workers that the master hears from.
func (s *Stats) Present() (n int) {
	for _, w := range s.Workers {
		if w.State != "missing" {
			n++
		}
	}
	return n
}

// A Worker is what the master knows of one.
type Worker struct {
	ID    string  `json:"id"`
	State string  `json:"state"` // "missing" if it is not heard of
	Users int     `json:"user_count"`
	CPU   float64 `json:"cpu_usage"` // percent of a core
}

// An Entry is the statistics of one request name, or of all. Times are in seconds, rounded
// as Locust rounds them: to two digits, and to whole milliseconds (locust/stats.py,
// bucket_response_time).
type Entry struct {
	Method, Name                  string
	Requests, Failures            int64
	Mean, Min, Max, P50, P95, P99 float64
	Length                        float64 // mean, bytes
}

// entryJSON is an entry as the master writes it, in milliseconds.
type entryJSON struct {
	Method   *string `json:"method"` // null for the total
	Name     string  `json:"name"`
	Requests int64   `json:"num_requests"`
	Failures int64   `json:"num_failures"`
	Mean     float64 `json:"avg_response_time"`
	Min      float64 `json:"min_response_time"`
	Max      float64 `json:"max_response_time"`
	P50      float64 `json:"median_response_time"`
	P95      float64 `json:"response_time_percentile_0.95"`
	P99      float64 `json:"response_time_percentile_0.99"`
	Length   float64 `json:"avg_content_length"`
}

func (e *entryJSON) entry() Entry {
	out := Entry{Name: e.Name, Requests: e.Requests, Failures: e.Failures, Length: e.Length}
	if e.Method != nil {
		out.Method = *e.Method
	}
	for to, ms := range map[*float64]float64{
		&out.Mean: e.Mean, &out.Min: e.Min, &out.Max: e.Max, &out.P50: e.P50, &out.P95: e.P95, &out.P99: e.P99,
	} {
		*to = ms / 1000
	}
	return out
}

// Stats asks for the statistics. They can be CacheTime old, and a report of a worker is up
// to three seconds older than that.
func (m *Master) Stats(ctx context.Context) (*Stats, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	a, err := m.ask(ctx, http.MethodGet, "/stats/requests", nil)
	if err != nil {
		return nil, err
	}
	var said struct {
		State   *string     `json:"state"`
		Users   int         `json:"user_count"`
		Workers *[]Worker   `json:"workers"`
		Stats   []entryJSON `json:"stats"`
		RPS     *float64    `json:"current_rps"`
		Older   float64     `json:"total_rps"` // what older masters call the current one
		Failing float64     `json:"current_fail_per_sec"`
	}
	if err := json.Unmarshal(a.body, &said); a.status != http.StatusOK || err != nil || said.State == nil || len(said.Stats) == 0 {
		return nil, m.refused(a, "no statistics of a Locust master")
	}
	if said.Workers == nil {
		return nil, fmt.Errorf("%w: %s: this Locust is no master: start it with --master", ErrUnreachable, a.where)
	}
	s := &Stats{State: *said.State, Users: said.Users, Workers: *said.Workers, RPS: said.Older, Failing: said.Failing}
	if said.RPS != nil {
		s.RPS = *said.RPS
	}
	last := len(said.Stats) - 1 // the total comes last
	for i := range said.Stats[:last] {
		s.Entries = append(s.Entries, said.Stats[i].entry())
	}
	s.Total = said.Stats[last].entry()
	return s, nil
}
