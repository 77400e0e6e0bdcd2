package worker

import (
	"errors"
	"io"
	"sync"
	"time"
)

const (
	logQueueSize = 1 << 20                // bytes of lines that wait to be written
	logPatience  = 100 * time.Millisecond // for which a line waits to be written
	logDistrust  = 10 * time.Second       // for which no line waits after one has in vain
	logFarewell  = time.Second            // for which Close waits
)

var errLogStuck = errors.New("worker: closing the log: its last lines cannot be written")

// A logQueue writes the lines of a log to a writer that may block, such as a full pipe that
// nobody reads. Where it does not, a line is written when Write returns: none is lost, however
// the process ends. Where it does, Write costs 100 ms once in 10 s, the newest lines above
// 1 MiB are dropped, and how many is told in their place.
type logQueue struct {
	out  io.Writer
	tell func(dropped int) // writes to out
	wake chan struct{}
	done chan struct{}

	mu      sync.Mutex
	waiting []byte
	dropped int           // behind those that wait
	written chan struct{} // closed when they are
	trusted time.Time     // when lines wait again
	closed  bool
}

func newLogQueue(out io.Writer, tell func(dropped int)) *logQueue {
	q := &logQueue{
		out: out, tell: tell, wake: make(chan struct{}, 1), done: make(chan struct{}), written: make(chan struct{}),
	}
	go q.run()
	return q
}

// Write takes one line. It always succeeds.
func (q *logQueue) Write(line []byte) (int, error) {
	written, trusted := q.add(line)
	if !trusted {
		return len(line), nil
	}
	select {
	case <-written:
	case <-time.After(logPatience):
		q.mu.Lock()
		q.trusted = time.Now().Add(logDistrust)
		q.mu.Unlock()
	}
	return len(line), nil
}

// add queues a line, and says whether its writing is worth a wait. Once a line is dropped, so
// are all behind it until the queue is taken: what is told of them stands in their place.
func (q *logQueue) add(line []byte) (written <-chan struct{}, trusted bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return nil, false
	}
	if q.dropped > 0 || len(q.waiting)+len(line) > logQueueSize {
		q.dropped++
	} else {
		q.waiting = append(q.waiting, line...)
	}
	select {
	case q.wake <- struct{}{}:
	default:
	}
	return q.written, !time.Now().Before(q.trusted)
}

func (q *logQueue) run() {
	defer close(q.done)
	for range q.wake {
		lines, dropped, written := q.take()
		_, _ = q.out.Write(lines)
		if dropped > 0 {
			q.tell(dropped)
		}
		close(written)
	}
}

func (q *logQueue) take() (lines []byte, dropped int, written chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	lines, dropped, written = q.waiting, q.dropped, q.written
	q.waiting, q.dropped, q.written = nil, 0, make(chan struct{})
	return lines, dropped, written
}

// Close takes no more lines and waits up to 1 s until those that it has are written. The error
// says that the writer is still in use.
func (q *logQueue) Close() error {
	q.mu.Lock()
	if !q.closed {
		q.closed = true
		close(q.wake)
	}
	q.mu.Unlock()
	select {
	case <-q.done:
		return nil
	case <-time.After(logFarewell):
		return errLogStuck
	}
}
