package stats_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/tasks"
)

const (
	crowd           = 40 // users
	requestsPerUser = 3000
)

// A ledger adds confirmed reports up.
type ledger struct{ requests, failures, times, seconds, errors, entries int64 }

func (l *ledger) add(r *stats.Report) {
	l.requests += r.Total.Requests
	l.failures += r.Total.Failures
	for _, c := range r.Total.ResponseTimes {
		l.times += c.N
	}
	for _, c := range r.Total.PerSecond {
		l.seconds += c.N
	}
	for _, e := range r.Errors {
		l.errors += e.Occurrences
	}
	for _, e := range r.Entries {
		l.entries += e.Requests
	}
}

// work records as one user, with names that are new to other users and errors that overflow.
func work(r *stats.Recorder, user int) {
	for i := range requestsPerUser {
		s := tasks.Sample{Start: at(i / 100), Duration: time.Duration(i%700) * time.Millisecond}
		if i%10 == 0 {
			s.Err = fmt.Errorf("error %d", i%900)
		}
		r.Record(r.Entry("GET", fmt.Sprint("/", (user+i)%50)), s)
	}
}

func TestUsersRecordWhileReportsAreMade(t *testing.T) {
	s := stats.New(stats.Config{Shards: 4, MaxEntries: 45, MaxErrors: 100})
	var users, readers sync.WaitGroup
	for user := range crowd {
		users.Go(func() { work(s.Recorder(), user) })
	}
	done := make(chan struct{})
	readers.Go(func() { watch(t, s, done) })
	finished := make(chan struct{})
	go func() { users.Wait(); close(finished) }()

	got := reportUntil(s, finished)
	close(done)
	readers.Wait()

	const all = crowd * requestsPerUser
	want := ledger{requests: all, failures: all / 10, times: all, seconds: all, errors: all / 10, entries: all}
	if got != want {
		t.Errorf("reports contain %+v, want %+v", got, want)
	}
	totals := s.Totals()
	totals.Resent = 0
	if want := (stats.Totals{Recorded: all, Failures: all / 10, Reported: all}); totals != want {
		t.Errorf("totals are %+v, want %+v", totals, want)
	}
}

// reportUntil reports until finished, and once more. A third of the reports is not confirmed.
func reportUntil(s *stats.Stats, finished <-chan struct{}) (l ledger) {
	for last := false; !last; {
		select {
		case <-finished:
			last = true
		default:
		}
		r := s.Report(at(0))
		if !last && rand.IntN(3) == 0 {
			s.Requeue()
			continue
		}
		l.add(r)
		s.Confirm()
	}
	return l
}

// watch reads as metrics do, and checks that nothing falls.
func watch(t *testing.T, s *stats.Stats, done <-chan struct{}) {
	var last, lastSeries int64
	for {
		select {
		case <-done:
			return
		default:
		}
		totals, sum := s.Totals(), int64(0)
		for x := range s.Snapshot() {
			sum += x.Succeeded.Requests + x.Failed.Requests
		}
		if totals.Recorded < last || sum < lastSeries || sum < totals.Recorded {
			t.Errorf("%d recorded after %d, series with %d after %d", totals.Recorded, last, sum, lastSeries)
			return
		}
		last, lastSeries = totals.Recorded, sum
	}
}

func TestNewTestsWhileUsersFail(t *testing.T) {
	s := stats.New(stats.Config{Shards: 4, MaxErrors: 20})
	var users sync.WaitGroup
	for user := range crowd {
		users.Go(func() { work(s.Recorder(), user) })
	}
	finished := make(chan struct{})
	go func() { users.Wait(); close(finished) }()
	for running := true; running; {
		select {
		case <-finished:
			running = false
		default:
			s.Report(at(0))
			s.NewTest(at(0))
		}
	}
	s.Abandon()
	const all = crowd * requestsPerUser
	if got, want := s.Totals(), (stats.Totals{Recorded: all, Failures: all / 10, Unreported: all}); got != want {
		t.Errorf("totals are %+v, want %+v", got, want)
	}
}
