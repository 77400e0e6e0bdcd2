package stats

import (
	"cmp"
	"runtime"
	"slices"
	"time"
)

// entriesPerHold is for how many entries a reader holds the lock, so that users with a
// full buffer never wait for all of them: a snapshot takes some microseconds for each.
const entriesPerHold = 4

// A flight is a report that is not yet confirmed, and where to put it back.
type flight struct {
	report  *Report
	entries []*entry
	faults  []*fault
}

// Report returns what has not been confirmed, and puts it in flight until Confirm or
// Requeue, or until NewTest or Abandon drops it. It returns nil while a report is in flight.
func (s *Stats) Report(now time.Time) *Report {
	if s.Pending() {
		return nil
	}
	s.flush()
	f := &flight{report: &Report{}, entries: s.activeEntries()}
	f.report.Entries = make([]Entry, 0, len(f.entries))
	s.inTurns(f.entries, func(e *entry) {
		f.report.Entries = append(f.report.Entries, e.take(s.start, s.scale))
	})
	for i := range f.report.Entries {
		f.report.Total.add(&f.report.Entries[i])
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	f.report.Total.Start = s.start
	f.faults = s.faults.active()
	for _, x := range f.faults {
		f.report.Errors = append(f.report.Errors, x.take())
	}
	s.start = now
	s.totals.Resent += s.requeued
	s.requeued = 0
	s.inFlight = f
	return f.report
}

// Confirm says that the master has the report in flight. Without one it does nothing. The
// caller sees to it that a late confirmation of a dropped report does not get here.
func (s *Stats) Confirm() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inFlight == nil {
		return
	}
	s.totals.Reported += s.inFlight.report.Total.Requests
	s.reports.Confirmed++
	s.inFlight = nil
}

// Requeue says that nobody knows whether the master has the report in flight. The next
// report contains it again, and counts its requests as resent. Without a report in flight
// it does nothing.
func (s *Stats) Requeue() {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.inFlight
	if f == nil {
		return
	}
	for i, e := range f.entries {
		e.owed = &f.report.Entries[i]
	}
	for i, x := range f.faults {
		x.put(&f.report.Errors[i])
	}
	s.start = f.report.Total.Start
	s.requeued = f.report.Total.Requests
	s.reports.Resent++
	s.inFlight = nil
}

// Pending reports whether a report is in flight.
func (s *Stats) Pending() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.inFlight != nil
}

// activeEntries returns the entries with requests to report, in the order of a report.
func (s *Stats) activeEntries() []*entry {
	var active []*entry
	s.eachEntry(func(e *entry) {
		if e.pending.requests() > 0 || e.owed != nil {
			active = append(active, e)
		}
	})
	slices.SortFunc(active, func(a, b *entry) int { return a.compare(b.entryKey) })
	return active
}

// eachEntry calls f for each entry with the lock held, but not all the time.
func (s *Stats) eachEntry(f func(*entry)) { s.inTurns(s.entryList(), f) }

// entryList returns the entries so far, the overflow first.
func (s *Stats) entryList() []*entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entries.list
}

// inTurns calls f for each of the entries with the lock held, and in between lets users have
// it who wait for it. Otherwise they would hardly get it before the end, or before a
// millisecond has passed (sync.Mutex's normal mode): the lock is taken again while they are
// being woken.
func (s *Stats) inTurns(list []*entry, f func(*entry)) {
	for part := range slices.Chunk(list, entriesPerHold) {
		s.mu.Lock()
		for _, e := range part {
			f(e)
		}
		s.mu.Unlock()
		if s.waiting.Load() > 0 {
			runtime.Gosched()
		}
	}
}

func (k entryKey) compare(o entryKey) int {
	return cmp.Or(cmp.Compare(k.name, o.name), cmp.Compare(k.method, o.method))
}
