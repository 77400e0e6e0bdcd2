// Package stats counts requests: one write path for the users, several readers.
//
// Users write into buffers of their shard; a full buffer, and every reader, folds them
// into the entries under one lock. Readers are the master's reports (Report, Confirm,
// Requeue, NewTest, Abandon), metrics (Snapshot) and the summary (Totals).
//
// A sample is counted once: in the pending window of its entry, and its response time in
// one cell, which tells the bucket of each kind of histogram. Report moves the window to
// the archive of the entry, so that metrics are the sum of both.
//
// Locks: a shard's lock is taken before the lock of Stats, never after it, and several
// shards' locks in the order of the shards. No foreign code runs under either. Names are
// looked up without a lock.
package stats

import (
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

const (
	defaultMaxEntries = 10_000
	defaultMaxErrors  = 500
	shardsPerProc     = 4 // so that users who run at the same time seldom share one
)

// Config bounds what a Stats keeps. The zero value works.
type Config struct {
	MaxEntries int // different (method, name) pairs; further ones share one overflow entry; 0 means 10000
	MaxErrors  int // different (method, name, text) in one test, at most 32767; further ones share one overflow error; 0 means 500
	Shards     int // buffers that users are spread over; 0 means four for each of GOMAXPROCS
}

// Totals says what became of all requests since New. The figures never fall. What is
// Recorded and neither Reported nor Unreported is still to be reported, or in flight.
type Totals struct {
	Recorded    int64 // finished requests, failed ones included
	Failures    int64 // those of them that failed
	Interrupted int64 // requests cut off by the forced end of their user; none of Recorded
	Resent      int64 // requests sent once more, because a report was not confirmed
	Unreported  int64 // requests given up by NewTest or Abandon
	Reported    int64 // requests in confirmed reports
}

// Reports says what became of all reports since New. The figures never fall.
type Reports struct {
	Confirmed  int64
	Resent     int64 // not confirmed: what was in them is sent once more
	Unreported int64 // given up by NewTest or Abandon while they were in flight
}

// Stats holds the counters of one worker. Recorders may be used from any goroutine, and so
// may Totals and Snapshot; the methods that concern reports belong to one goroutine.
type Stats struct {
	shards []*shard
	next   atomic.Uint64 // counts Recorders
	scale  *scale
	names  *nameTable // those of entries

	waiting atomic.Int32 // users that wait for mu, whose buffers are full

	mu       sync.Mutex // guards all below
	entries  entryTable
	faults   faultTable
	totals   Totals
	reports  Reports
	start    time.Time // of the pending windows
	inFlight *flight
	requeued int64 // requests in the pending windows that have been sent before
}

// New returns counters at zero.
func New(cfg Config) *Stats {
	if cfg.MaxEntries <= 0 {
		cfg.MaxEntries = defaultMaxEntries
	}
	if cfg.MaxErrors <= 0 {
		cfg.MaxErrors = defaultMaxErrors
	}
	cfg.MaxErrors = min(cfg.MaxErrors, math.MaxInt16)
	if cfg.Shards <= 0 {
		cfg.Shards = shardsPerProc * runtime.GOMAXPROCS(0)
	}
	s := &Stats{
		shards:  make([]*shard, cfg.Shards),
		scale:   newScale(),
		entries: newEntryTable(cfg.MaxEntries, fmt.Sprintf("(more than %d names)", cfg.MaxEntries)),
		faults:  newFaultTable(cfg.MaxErrors, fmt.Sprintf("(more than %d different errors)", cfg.MaxErrors)),
		start:   time.Now(),
	}
	s.names = s.entries.names
	for i := range s.shards {
		s.shards[i] = newShard(s)
	}
	return s
}

// Recorder returns a recorder for one user.
func (s *Stats) Recorder() *Recorder {
	i := s.next.Add(1) % uint64(len(s.shards))
	return &Recorder{shard: s.shards[i]}
}

// NewTest begins a new test at now: what was not confirmed so far will not be reported,
// be it in flight or not, and is counted as unreported. Snapshot shows no difference.
func (s *Stats) NewTest(now time.Time) {
	s.drop()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.start = now
}

// Abandon gives up what was not confirmed, be it in flight or not. It is counted as
// unreported; the result is the number of these requests.
func (s *Stats) Abandon() int64 { return s.drop() }

// Totals returns the sums since New.
func (s *Stats) Totals() Totals {
	s.flush()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.totals
}

// Reports returns what became of the reports.
func (s *Stats) Reports() Reports {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reports
}

// InFlight returns how many requests have begun and not ended.
func (s *Stats) InFlight() (n int64) {
	for _, sh := range s.shards {
		n += sh.inFlight.Load()
	}
	return n
}

// flush folds what all shards hold.
func (s *Stats) flush() {
	for _, sh := range s.shards {
		sh.mu.Lock()
		sh.flush()
		sh.mu.Unlock()
	}
}

// drop empties the windows, forgets the report in flight and the errors, and counts the
// requests in them as unreported. It holds all shards, because their buffers and caches
// refer to the errors.
func (s *Stats) drop() int64 {
	for _, sh := range s.shards {
		sh.mu.Lock()
		defer sh.mu.Unlock()
		sh.flush()
		clear(sh.faults)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.entries.list {
		e.settle()
	}
	s.faults.clear()
	if s.inFlight != nil {
		s.reports.Unreported++
	}
	s.inFlight, s.requeued = nil, 0
	n := s.totals.Recorded - s.totals.Reported - s.totals.Unreported
	s.totals.Unreported += n
	return n
}

// lock locks mu for a user, who is counted while the lock has to be waited for.
func (s *Stats) lock() {
	if s.mu.TryLock() {
		return
	}
	s.waiting.Add(1)
	s.mu.Lock()
	s.waiting.Add(-1)
}

// entry returns the entry for a name. Only a new name needs the lock.
func (s *Stats) entry(k entryKey) tasks.Entry {
	if e, ok := s.names.find(k); ok {
		return e
	}
	s.lock()
	defer s.mu.Unlock()
	return s.entries.find(k)
}

// fold counts a batch of samples. The caller holds s.mu.
func (s *Stats) fold(batch []sample) {
	s.totals.Recorded += int64(len(batch))
	for i := range batch {
		x := &batch[i]
		e := s.entries.at(x.entry)
		if x.fault != noFault {
			s.foldFault(e, x)
			continue
		}
		e.pending.add(x, s.scale)
	}
}

// foldFault counts a failed request, or one that is no sample.
func (s *Stats) foldFault(e *entry, x *sample) {
	if x.fault == interrupted {
		e.interrupted++
		s.totals.Interrupted++
		s.totals.Recorded--
		return
	}
	s.totals.Failures++
	s.faults.list[x.fault].add(1, x.end, x.end)
	e.pending.addFailure(x, s.scale)
}
