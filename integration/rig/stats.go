package rig

import (
	"context"
	"fmt"
	"time"
)

// statsAge is how long a master may repeat its last answer (locust/web.py, memoize: 2 s).
const statsAge = 2100 * time.Millisecond

// Stats is what a master tells of its running or last test (/stats/requests).
type Stats struct {
	State     string        `json:"state"` // ready, spawning, running, stopping, stopped
	UserCount int           `json:"user_count"`
	Entries   []StatsEntry  `json:"stats"` // the last one is the sum, with the name "Aggregated"
	Errors    []StatsError  `json:"errors"`
	Workers   []WorkerState `json:"workers"`
}

// StatsEntry is one line of a master's statistics. Times are in milliseconds.
type StatsEntry struct {
	Method          string  `json:"method"`
	Name            string  `json:"name"`
	NumRequests     int64   `json:"num_requests"`
	NumFailures     int64   `json:"num_failures"`
	AvgResponseTime float64 `json:"avg_response_time"`
	MinResponseTime float64 `json:"min_response_time"`
	MaxResponseTime float64 `json:"max_response_time"`
	CurrentRPS      float64 `json:"current_rps"`
}

// StatsError is one kind of failure in a master's statistics.
type StatsError struct {
	Method      string `json:"method"`
	Name        string `json:"name"`
	Error       string `json:"error"`
	Occurrences int64  `json:"occurrences"`
}

// WorkerState is what a master knows of one of its workers.
type WorkerState struct {
	ID          string  `json:"id"`
	State       string  `json:"state"` // as the worker reports, or missing
	UserCount   int     `json:"user_count"`
	CPUUsage    float64 `json:"cpu_usage"`    // percent
	MemoryUsage int64   `json:"memory_usage"` // bytes
}

// Exception is one kind of exception that workers told their master of.
type Exception struct {
	Count     int64  `json:"count"`
	Msg       string `json:"msg"`
	Traceback string `json:"traceback"`
	Nodes     string `json:"nodes"` // node IDs, separated by ", "
}

// Total returns the sum of the entries.
func (s *Stats) Total() StatsEntry {
	if len(s.Entries) == 0 {
		return StatsEntry{Name: aggregated}
	}
	return s.Entries[len(s.Entries)-1]
}

// Entry returns the entry of a method and a name, a zero one if there is none.
func (s *Stats) Entry(method, name string) StatsEntry {
	for _, e := range s.Entries {
		if e.Method == method && e.Name == name {
			return e
		}
	}
	return StatsEntry{}
}

// Stats returns the master's statistics, up to two seconds old.
func (a *API) Stats(ctx context.Context) (*Stats, error) {
	s := new(Stats)
	if err := a.getJSON(ctx, "/stats/requests", s); err != nil {
		return nil, err
	}
	return s, nil
}

// FreshStats waits until the master has forgotten its last answer, and returns a new one.
func (a *API) FreshStats(ctx context.Context) (*Stats, error) {
	if err := pause(ctx, statsAge); err != nil {
		return nil, err
	}
	return a.Stats(ctx)
}

// WaitStats asks for statistics again and again until ok accepts them.
func (a *API) WaitStats(ctx context.Context, ok func(*Stats) bool) (*Stats, error) {
	for {
		s, err := a.Stats(ctx)
		if err != nil || ok(s) {
			return s, err
		}
		if err := pause(ctx, statsAge/4); err != nil {
			return s, fmt.Errorf("%w; last seen: state %s, %d users, %d workers, %d requests",
				err, s.State, s.UserCount, len(s.Workers), s.Total().NumRequests)
		}
	}
}

// Exceptions returns the exceptions of the running or last test.
func (a *API) Exceptions(ctx context.Context) ([]Exception, error) {
	var answer struct {
		Exceptions []Exception `json:"exceptions"`
	}
	err := a.getJSON(ctx, "/exceptions", &answer)
	return answer.Exceptions, err
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return fmt.Errorf("rig: waiting: %w", context.Cause(ctx))
	}
}
