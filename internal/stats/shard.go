package stats

import (
	"sync"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// A shard folds as soon as it has eagerSize samples and the lock of Stats is free, and
// looks for that every retrySize samples. It waits for the lock when its buffer is full.
const (
	bufferSize = 512
	eagerSize  = bufferSize / 2
	retrySize  = 64
)

// Values of a sample's fault that are no index.
const (
	noFault     = -1
	interrupted = -2
)

// A sample is one request that waits to be folded.
type sample struct {
	end      int64         // Unix nanoseconds
	duration time.Duration // or tasks.NoResponseTime
	length   int64
	entry    tasks.Entry
	fault    int32 // index of the error, noFault or interrupted
}

// A shard is a buffer that some of the users write into. It is an allocation of its own,
// and longer than a cache line, so that shards do not disturb each other.
type shard struct {
	stats *Stats

	mu     sync.Mutex // guards all below
	faults map[faultKey]int32
	n      int
	buffer [bufferSize]sample
}

func newShard(s *Stats) *shard {
	return &shard{stats: s, faults: make(map[faultKey]int32)}
}

func (sh *shard) add(e tasks.Entry, fault int32, end int64, d time.Duration, length int64) {
	sh.mu.Lock()
	sh.append(e, fault, end, d, length)
	if sh.eager() {
		sh.relieve()
	}
	sh.mu.Unlock()
}

func (sh *shard) addFailure(e tasks.Entry, text string, end int64, d time.Duration, length int64) {
	sh.mu.Lock()
	sh.append(e, sh.fault(faultKey{e, text}), end, d, length)
	if sh.eager() {
		sh.relieve()
	}
	sh.mu.Unlock()
}

// fault returns the index of an error. The caller holds sh.mu.
func (sh *shard) fault(k faultKey) int32 {
	if f, ok := sh.faults[k]; ok {
		return f
	}
	sh.stats.mu.Lock()
	defer sh.stats.mu.Unlock()
	f, known := sh.stats.faults.find(k, sh.stats.entries.at(k.entry))
	if known {
		sh.faults[sh.stats.faults.list[f].faultKey] = f
	}
	return f
}

// append buffers a sample. The caller holds sh.mu. The fields are written one by one,
// because copying a sample that has just been built makes the processor wait for it.
func (sh *shard) append(e tasks.Entry, fault int32, end int64, d time.Duration, length int64) {
	x := &sh.buffer[sh.n]
	x.end = end
	x.duration = d
	x.length = length
	x.entry = e
	x.fault = fault
	sh.n++
}

func (sh *shard) eager() bool { return sh.n%retrySize == 0 && sh.n >= eagerSize }

// relieve folds if that needs no waiting, or has to be. The caller holds sh.mu.
func (sh *shard) relieve() {
	if sh.n == bufferSize {
		sh.stats.mu.Lock()
	} else if !sh.stats.mu.TryLock() {
		return
	}
	sh.fold()
}

// flush folds what is buffered. The caller holds sh.mu.
func (sh *shard) flush() {
	if sh.n == 0 {
		return
	}
	sh.stats.mu.Lock()
	sh.fold()
}

// fold empties the buffer and unlocks Stats. The caller holds both locks.
func (sh *shard) fold() {
	sh.stats.fold(sh.buffer[:sh.n])
	sh.stats.mu.Unlock()
	sh.n = 0
}
