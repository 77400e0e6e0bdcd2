package stats

import (
	"runtime"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

func TestUsersWaitForReadersOnlyWithAFullBuffer(t *testing.T) {
	s := New(Config{Shards: 1})
	r := s.Recorder()
	e := r.Entry("GET", "/")
	record := func(n int) {
		for range n {
			r.Record(e, tasks.Sample{})
		}
	}

	s.mu.Lock() // as a reader that takes its time
	record(bufferSize - 1)
	done := make(chan struct{})
	go func() {
		record(bufferSize)
		close(done)
	}()
	for sh := s.shards[0]; sh.mu.TryLock(); runtime.Gosched() {
		sh.mu.Unlock()
	}
	s.mu.Unlock()
	<-done

	if got := s.Totals().Recorded; got != 2*bufferSize-1 {
		t.Errorf("%d recorded, want %d", got, 2*bufferSize-1)
	}
}

func TestShardFoldsBeforeItsBufferIsFull(t *testing.T) {
	s := New(Config{Shards: 1})
	r := s.Recorder()
	e := r.Entry("GET", "/")
	for range eagerSize {
		r.Record(e, tasks.Sample{})
	}
	if got := s.totals.Recorded; got != eagerSize {
		t.Errorf("%d folded, want %d", got, eagerSize)
	}
}
