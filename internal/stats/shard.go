package stats

import (
	"sync"
	"sync/atomic"
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
	fault    int16 // index of the error, noFault or interrupted
	reason   tasks.Reason
}

// A shard is a buffer that some of the users write into. It is an allocation of its own,
// and longer than a cache line, so that shards do not disturb each other.
type shard struct {
	stats    *Stats
	inFlight atomic.Int64 // requests of its users

	mu     sync.Mutex // guards all below
	faults map[faultKey]knownFault
	n      int
	buffer [bufferSize]sample
}

// A knownFault is what a shard knows of an error: errors of one text count as failed for
// the reason of the first of them.
type knownFault struct {
	id     int16
	reason tasks.Reason
}

func newShard(s *Stats) *shard {
	return &shard{stats: s, faults: make(map[faultKey]knownFault)}
}

func (sh *shard) add(e tasks.Entry, fault int16, end int64, d time.Duration, length int64) {
	sh.mu.Lock()
	sh.append(e, knownFault{id: fault}, end, d, length)
	if sh.eager() {
		sh.relieve()
	}
	sh.mu.Unlock()
}

func (sh *shard) addFailure(e tasks.Entry, err error, end int64, d time.Duration, length int64) {
	k := faultKey{e, errorText(err)}
	sh.mu.Lock()
	f, ok := sh.faults[k]
	if !ok {
		sh.mu.Unlock() // no foreign code runs under it
		f.reason = reasonOf(err)
		sh.mu.Lock()
		f = sh.fault(k, f.reason)
	}
	sh.append(e, f, end, d, length)
	if sh.eager() {
		sh.relieve()
	}
	sh.mu.Unlock()
}

// fault notes a new error. The caller holds sh.mu.
func (sh *shard) fault(k faultKey, reason tasks.Reason) knownFault {
	sh.stats.lock()
	defer sh.stats.mu.Unlock()
	id, known := sh.stats.faults.find(k, sh.stats.entries.at(k.entry))
	f := knownFault{id, reason}
	if known {
		sh.faults[sh.stats.faults.list[id].faultKey] = f
	}
	return f
}

// append buffers a sample. The caller holds sh.mu. The fields are written one by one,
// because copying a sample that has just been built makes the processor wait for it.
func (sh *shard) append(e tasks.Entry, f knownFault, end int64, d time.Duration, length int64) {
	x := &sh.buffer[sh.n]
	x.end = end
	x.duration = d
	x.length = length
	x.entry = e
	x.fault = f.id
	x.reason = f.reason
	sh.n++
}

func (sh *shard) eager() bool { return sh.n%retrySize == 0 && sh.n >= eagerSize }

// relieve folds if that needs no waiting, or has to be. The caller holds sh.mu.
func (sh *shard) relieve() {
	if sh.n == bufferSize {
		sh.stats.lock()
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
